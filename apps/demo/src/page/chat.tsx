import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { Person } from './latchkey.ts'
import { Messages } from './messages.tsx'
import { Problem } from './problem.tsx'
import type { ChatMessageText, ChatRoom } from './room/chat-room.ts'
import type { OpenRoom } from './room/open-room.ts'

/** The room's chat, through Azure Communication Services. */
export function Chat({ room, person }: { readonly room: OpenRoom | undefined; readonly person: Person }) {
  const [chat, setChat] = useState<ChatRoom>()
  const [messages, setMessages] = useState<readonly ChatMessageText[]>([])
  const [typing, setTyping] = useState<string>()
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<unknown>()
  const [trouble, setTrouble] = useState<unknown>()
  const [attempt, setAttempt] = useState(0)
  // What could not be sent because the token had ended; it goes out after joining again with a new one.
  const unsent = useRef<string>(undefined)
  const hasRejoined = useRef(false)
  const hadTrouble = useRef(false)
  const takeUnsent = (): string | undefined => {
    const content = unsent.current
    unsent.current = undefined
    return content
  }
  const join = (): void => {
    setChat(undefined)
    setTrouble(undefined)
    setAttempt((former) => former + 1)
  }
  // A new token helps where the old one had ended; where it does not, joining again and again would not either.
  const tell = (error: unknown): void => {
    if (error === undefined) {
      hasRejoined.current = false
      // What was wrong with sending came of it.
      if (hadTrouble.current) setProblem(undefined)
    }
    hadTrouble.current = error !== undefined
    if (!hasEnded(error) || hasRejoined.current) {
      setTrouble(error)
      return
    }
    hasRejoined.current = true
    join()
  }

  useEffect(() => {
    if (!room) return
    const joining = import('./room/chat-room.ts').then((loaded) =>
      loaded.ChatRoom.join(room, person, {
        onMessages: setMessages,
        onTyping: setTyping,
        onTrouble: tell,
      }),
    )
    let content: string | undefined
    joining
      .then(async (joined) => {
        setChat(joined)
        content = takeUnsent()
        if (content !== undefined) await joined.send(content)
      })
      .catch((error: unknown) => {
        const lost = content ?? takeUnsent()
        if (lost !== undefined) setText((typed) => typed || lost)
        setProblem(error)
      })
    return () => {
      joining.then((joined) => joined.leave()).catch(() => undefined)
    }
  }, [room, person, attempt])

  const send = (event: FormEvent): void => {
    event.preventDefault()
    const content = text.trim()
    if (!chat || content === '') return
    setText('')
    setProblem(undefined)
    chat.send(content).catch((error: unknown) => {
      if (hasEnded(error) && unsent.current === undefined) {
        unsent.current = content
        join()
        return
      }
      setText((typed) => typed || content)
      setProblem(error)
    })
  }
  const joinAgain = (): void => {
    setProblem(undefined)
    join()
  }

  return (
    <section aria-labelledby="chat-title">
      <h2 id="chat-title">Chat</h2>
      {!room && <p>Open a room to talk to the people in it.</p>}
      {problem !== undefined && <Problem error={problem} {...(!chat && { retry: joinAgain })} />}
      {trouble !== undefined && (
        <>
          <Problem error={trouble} retry={joinAgain} />
          <p className="hint">Not everybody is in the chat yet. The page tries again every few seconds.</p>
        </>
      )}
      {room && (
        <>
          <Messages messages={messages} />
          {chat && messages.length === 0 && <p className="hint">Nobody has said anything yet.</p>}
          <p className="typing">{typing ? `${typing} is typing …` : '\u00a0'}</p>
          <form className="row" onSubmit={send}>
            <input
              aria-label="Message"
              placeholder={chat ? 'Write a message' : problem === undefined ? 'Joining …' : 'Not joined'}
              value={text}
              disabled={!chat}
              onChange={(event) => {
                setText(event.target.value)
                // Nobody misses a typing notice that did not arrive.
                chat?.notifyTyping().catch(() => undefined)
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

/** Whether the service refused because of the token; the clock it ends by may be ahead of this machine's. */
function hasEnded(error: unknown): boolean {
  return (error as { statusCode?: unknown } | undefined)?.statusCode === 401
}
