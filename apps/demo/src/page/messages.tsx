import { useEffect, useRef } from 'react'
import type { ChatMessageText } from './room/chat-room.ts'

/** What was said, the newest in sight. */
export function Messages({ messages }: { readonly messages: readonly ChatMessageText[] }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const { current } = box
    if (current) current.scrollTop = current.scrollHeight
  }, [messages])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1)
    <div ref={box} className="scroll" role="log" aria-label="What was said" tabIndex={0}>
      <ol className="messages" aria-label="Messages">
        {messages.map((message) => (
          <li key={message.id} className={message.mine ? 'mine' : undefined}>
            <strong>{message.sender}</strong> {message.text}
          </li>
        ))}
      </ol>
    </div>
  )
}
