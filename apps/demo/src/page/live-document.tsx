import { useEffect, useState } from 'react'
import type { Person } from './latchkey.ts'
import { reasonOf } from './reason.ts'
import type { OpenRoom } from './room/open-room.ts'
import { useRoomVersion } from './room/use-room-version.ts'

interface Props {
  readonly room: OpenRoom | undefined
  readonly person: Person
  readonly open: (documentId: string | undefined) => Promise<void>
}

/** A document that everybody in the room edits at once, through Azure Fluid Relay. */
export function LiveDocument({ room, person, open }: Props) {
  const [problem, setProblem] = useState<string>()
  const invitedTo = new URLSearchParams(location.search).get('room') ?? undefined
  const [busy, setBusy] = useState(invitedTo !== undefined)
  const start = (documentId: string | undefined): void => {
    setBusy(true)
    setProblem(undefined)
    open(documentId)
      .catch((error: unknown) => setProblem(reasonOf(error)))
      .finally(() => setBusy(false))
  }
  useEffect(() => {
    if (invitedTo !== undefined) start(invitedTo)
  }, [])

  return (
    <section aria-labelledby="document-title">
      <h2 id="document-title">Live document</h2>
      {!room && (
        <>
          <p>Everybody in a room edits one document, and sees the others do it.</p>
          <button type="button" disabled={busy} onClick={() => start(undefined)}>
            {busy ? 'Opening …' : 'Open a new room'}
          </button>
        </>
      )}
      {problem && <p role="alert">{problem}</p>}
      {room && <Notes room={room} person={person} />}
    </section>
  )
}

function Notes({ room, person }: { readonly room: OpenRoom; readonly person: Person }) {
  useRoomVersion(room)
  const [copied, setCopied] = useState(false)
  const invite = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href)
    setCopied(true)
  }
  return (
    <>
      <p className="people">
        In the room:{' '}
        {room.people().map((name) => (
          <span key={name} className="chip">
            {name}
          </span>
        ))}
      </p>
      <ul className="notes" aria-label="Notes">
        {room.notes().map((note) => (
          <li key={note.id}>
            <input
              aria-label={`Note by ${note.author}`}
              value={note.text}
              onChange={(event) => room.editNote(note.id, event.target.value)}
            />
            <button type="button" className="quiet" onClick={() => room.removeNote(note.id)}>
              Remove<span className="unseen"> note by {note.author}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className="row">
        <button type="button" onClick={() => room.addNote(person.displayName)}>
          Add a note
        </button>
        <button type="button" className="quiet" onClick={() => void invite()}>
          {copied ? 'Copied' : 'Copy the invitation link'}
        </button>
      </p>
    </>
  )
}
