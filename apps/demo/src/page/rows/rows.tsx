import { type FormEvent, useEffect, useState } from 'react'
import type { Person } from '../latchkey.ts'
import { Problem } from '../problem.tsx'
import { type Answer, type ProfileRow, readOwnRow, tryPartition, writeOwnRow } from './own-rows.ts'

/** The person's own rows in Cosmos DB, and a way to see that somebody else's stay closed. */
export default function Rows({ person }: { readonly person: Person }) {
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
      <h2 id="rows-title">Your rows</h2>
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
      <OtherPartition person={person} />
    </section>
  )
}

function OtherPartition({ person }: { readonly person: Person }) {
  const [partition, setPartition] = useState('')
  const [answer, setAnswer] = useState<Answer>()
  const [problem, setProblem] = useState<unknown>()
  const attempt = (event: FormEvent): void => {
    event.preventDefault()
    setAnswer(undefined)
    setProblem(undefined)
    tryPartition(person.id, partition.trim()).then(setAnswer, setProblem)
  }
  return (
    <form onSubmit={attempt}>
      <label htmlFor="partition">Try somebody else’s partition with your token</label>
      <p className="row">
        <input
          id="partition"
          required
          placeholder="the id on another person’s page"
          value={partition}
          onChange={(event) => setPartition(event.target.value)}
        />
        <button type="submit" className="quiet">
          Try
        </button>
      </p>
      <p role="status" className={answer?.status === 200 ? undefined : 'refused'}>
        {answer ? `Cosmos DB answered ${answer.status}: ${answer.message}` : '\u00a0'}
      </p>
      {problem !== undefined && <Problem error={problem} />}
    </form>
  )
}
