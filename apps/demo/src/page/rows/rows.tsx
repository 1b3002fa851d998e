import { type FormEvent, useEffect, useState } from 'react'
import type { Person } from '../latchkey.ts'
import { Problem } from '../problem.tsx'
import type { OpenRoom } from '../room/open-room.ts'
import { OtherPartition } from './other-partition.tsx'
import { type ProfileRow, readOwnRow, writeOwnRow } from './own-rows.ts'

interface Props {
  readonly person: Person
  readonly room: OpenRoom | undefined
}

/** The person's own rows in Cosmos DB, and a way to see that somebody else's stay closed. */
export default function Rows({ person, room }: Props) {
  const [row, setRow] = useState<ProfileRow>()
  const [saved, setSaved] = useState(false)
  const [problem, setProblem] = useState<unknown>()
  const read = (): void => {
    setProblem(undefined)
    readOwnRow(person.id).then(setRow, setProblem)
  }
  useEffect(read, [person])

  const save = (event: FormEvent): void => {
    event.preventDefault()
    if (!row) return
    setProblem(undefined)
    writeOwnRow(row).then(() => setSaved(true), setProblem)
  }

  return (
    <section aria-labelledby="rows-title">
      <h2 id="rows-title">Your data in Cosmos DB</h2>
      <p>
        Container <code>Profile</code>, partition <code className="id">{person.id}</code>
      </p>
      {problem !== undefined && <Problem error={problem} {...(!row && { retry: read })} />}
      {!row && problem === undefined && <p className="hint">Reading …</p>}
      {row && (
        <form onSubmit={save}>
          <label htmlFor="motto">Motto</label>
          <p className="row">
            <input
              id="motto"
              value={row.motto}
              onChange={(event) => {
                setSaved(false)
                setRow({ ...row, motto: event.target.value })
              }}
            />
            <button type="submit">Save</button>
          </p>
          <p role="status">{saved ? 'Saved' : '\u00a0'}</p>
        </form>
      )}
      <OtherPartition person={person} room={room} />
    </section>
  )
}
