import { useState } from 'react'
import type { Person } from '../latchkey.ts'
import { Problem } from '../problem.tsx'
import type { OpenRoom } from '../room/open-room.ts'
import { useRoomVersion } from '../room/use-room-version.ts'
import { type Answer, tryPartition } from './own-rows.ts'

interface Props {
  readonly person: Person
  readonly room: OpenRoom | undefined
}

/** Tries somebody else's partition with one's own token, which Cosmos DB refuses. */
export function OtherPartition({ person, room }: Props) {
  useRoomVersion(room)
  // Whoever is in a room reads the ids of the others in its document; for everybody else any id is as good.
  const others = [...(room?.members() ?? [])].filter(([id]) => id !== person.id)
  const [partition, setPartition] = useState('somebody-else')
  const [answer, setAnswer] = useState<Answer>()
  const [problem, setProblem] = useState<unknown>()
  const attempt = (id: string): void => {
    setPartition(id)
    setAnswer(undefined)
    setProblem(undefined)
    tryPartition(person.id, id.trim()).then(setAnswer, setProblem)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        attempt(partition)
      }}
    >
      <label htmlFor="partition">Try somebody else’s partition with your token</label>
      <p className="row">
        <input
          id="partition"
          required
          value={partition}
          onChange={(event) => setPartition(event.target.value)}
        />
        <button type="submit" className="quiet">
          Try
        </button>
      </p>
      {others.length > 0 && (
        <p className="row">
          {others.map(([id, { displayName }]) => (
            <button key={id} type="button" className="quiet" onClick={() => attempt(id)}>
              Try {displayName}’s
            </button>
          ))}
        </p>
      )}
      <div role="status">{answer ? <Outcome answer={answer} /> : '\u00a0'}</div>
      {problem !== undefined && <Problem error={problem} />}
    </form>
  )
}

function Outcome({ answer: { status, message } }: { readonly answer: Answer }) {
  if (status === 200) return <p>Open to your role: {message}.</p>
  if (status !== 403) return <p className="refused">Cosmos DB answered {`${status}: ${message}`}</p>
  return (
    <>
      <p className="held">
        <strong>Refused with 403, as it should be:</strong> your token does not open this partition.
      </p>
      <p>Cosmos DB’s words: {message}</p>
    </>
  )
}
