import { type FormEvent, useEffect, useState } from 'react'
import type { Person } from './latchkey.ts'
import { reasonOf } from './reason.ts'
import type { ChatMessageText, ChatRoom } from './room/chat-room.ts'
import type { OpenRoom } from './room/open-room.ts'

/** The room's chat, through Azure Communication Services. */
export function Chat({ room, person }: { readonly room: OpenRoom | undefined; readonly person: Person }) {
  const [chat, setChat] = useState<ChatRoom>()
  const [messages, setMessages] = useState<readonly ChatMessageText[]>([])
  const [typing, setTyping] = useState<string>()
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()

  useEffect(() => {
    if (!room) return
    const joining = import('./room/chat-room.ts').then((loaded) =>
      loaded.ChatRoom.join(room, person, { onMessages: setMessages, onTyping: setTyping }),
    )
    joining.then(setChat, (error: unknown) => setProblem(reasonOf(error)))
    return () => {
      joining.then((joined) => joined.leave()).catch(() => undefined)
    }
  }, [room, person])

  const send = (event: FormEvent): void => {
    event.preventDefault()
    const content = text.trim()
    if (!chat || content === '') return
    setText('')
    chat.send(content).catch((error: unknown) => {
      setText(content)
      setProblem(reasonOf(error))
    })
  }

  return (
    <section aria-labelledby="chat-title">
      <h2 id="chat-title">Chat</h2>
      {!room && <p>Open a room to talk to the people in it.</p>}
      {problem && <p role="alert">{problem}</p>}
      {room && (
        <>
          <ol className="messages" aria-label="Messages" aria-live="polite">
            {messages.map((message) => (
              <li key={message.id} className={message.mine ? 'mine' : undefined}>
                <strong>{message.sender}</strong> {message.text}
              </li>
            ))}
          </ol>
          <p className="typing">{typing ? `${typing} is typing …` : '\u00a0'}</p>
          <form className="row" onSubmit={send}>
            <input
              aria-label="Message"
              placeholder={chat ? 'Write a message' : 'Joining …'}
              value={text}
              disabled={!chat}
              onChange={(event) => {
                setText(event.target.value)
                void chat?.notifyTyping()
              }}
            />
            <button type="submit" disabled={!chat}>
              Send
            </button>
          </form>
        </>
      )}
    </section>
  )
}
