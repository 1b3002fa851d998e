import { useEffect, useRef, useState } from 'react'
import type { Person } from './latchkey.ts'
import { Problem } from './problem.tsx'
import type { OpenRoom } from './room/open-room.ts'
import { useRoomVersion } from './room/use-room-version.ts'

interface Props {
  readonly room: OpenRoom | undefined
  readonly person: Person
  readonly open: (documentId: string | undefined) => Promise<void>
}

/** A document that everybody in the room edits at once, through Azure Fluid Relay. */
export function LiveDocument({ room, person, open }: Props) {
  const [problem, setProblem] = useState<unknown>()
  const invitedTo = new URLSearchParams(location.search).get('room') ?? undefined
  const [busy, setBusy] = useState(invitedTo !== undefined)
  const start = (documentId: string | undefined): void => {
    setBusy(true)
    setProblem(undefined)
    open(documentId)
      .catch(setProblem)
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
      {problem !== undefined &&
        (invitedTo !== undefined && isNoRoom(problem) ? (
          <Problem error="The invitation leads to no room. Ask for a new link, or open a room yourself." />
        ) : (
          <Problem error={problem} />
        ))}
      {room && <Notes room={room} person={person} />}
    </section>
  )
}

// The relay's client says it in words only.
function isNoRoom(error: unknown): boolean {
  return error instanceof Error && /document not found/i.test(error.message)
}

function Notes({ room, person }: { readonly room: OpenRoom; readonly person: Person }) {
  useRoomVersion(room)
  const [copied, setCopied] = useState<string>()
  const addButton = useRef<HTMLButtonElement>(null)
  // The button that was pressed is gone; whoever works by keyboard goes on from here.
  const goOn = (): void => addButton.current?.focus()
  useEffect(() => {
    if (room.created) goOn()
  }, [room])
  const invite = (): void => {
    navigator.clipboard.writeText(location.href).then(
      () => setCopied('The link is copied: open it in a private window as somebody else.'),
      () => setCopied('The browser does not let a page copy: the link is in the address bar.'),
    )
  }
  const notes = room.notes()
  const state = room.state()
  return (
    <>
      {state === 'closed' && (
        <Problem
          error="The document was closed, and what is written now is lost."
          retry={() => location.reload()}
        />
      )}
      {state === 'waiting' && (
        <p role="status">Not connected: what you write waits here until the relay answers again.</p>
      )}
      <p className="people">
        In the room:{' '}
        {room.people().map((name) => (
          <span key={name} className="chip">
            {name}
          </span>
        ))}
      </p>
      <ul className="notes" aria-label="Notes">
        {notes.map((note) => (
          <li key={note.id}>
            <span className="author" title={note.author} aria-hidden="true">
              {note.author}
            </span>
            <input
              aria-label={`Note by ${note.author}`}
              value={note.text}
              onChange={(event) => room.editNote(note.id, event.target.value)}
            />
            <button
              type="button"
              className="quiet"
              onClick={() => {
                room.removeNote(note.id)
                goOn()
              }}
            >
              Remove<span className="unseen"> note by {note.author}</span>
            </button>
          </li>
        ))}
      </ul>
      {notes.length === 0 && <p className="hint">No notes. Everybody in the room sees the first one.</p>}
      <p className="row">
        <button ref={addButton} type="button" onClick={() => room.addNote(person.displayName)}>
          Add a note
        </button>
        <button type="button" className="quiet" onClick={invite}>
          Copy the invitation link
        </button>
      </p>
      <p role="status">{copied}</p>
    </>
  )
}
