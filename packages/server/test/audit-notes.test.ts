/**
 * What anybody can cause is bounded on record, and every bit of it is counted.
 */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAuditNotes, noteLimits } from '../src/flows/audit-notes.ts'
import type { AuditEvent } from '../src/index.ts'
import { systemRandom } from '../src/random.ts'

interface Desk {
  readonly rows: AuditEvent[]
  readonly lines: object[]
  add(changes: Partial<AuditEvent>, personId?: string): Promise<void>
  advance(seconds: number): Promise<void>
}

function createDesk(append?: (event: AuditEvent) => Promise<void>): Desk {
  let nowMs = 1_767_225_600_000
  const waits = new Set<{ dueMs: number; callback: () => void }>()
  const rows: AuditEvent[] = []
  const lines: object[] = []
  const notes = createAuditNotes({
    store: {
      append: append ?? (async (event) => void rows.push(event)),
      list: async () => ({ events: rows }),
    },
    clock: {
      now: () => nowMs,
      schedule: (delayMs, callback) => {
        const wait = { dueMs: nowMs + delayMs, callback }
        waits.add(wait)
        return () => waits.delete(wait)
      },
    },
    random: systemRandom,
    log: (event) => lines.push(event),
  })
  return {
    rows,
    lines,
    add: (changes, personId) => {
      const event: AuditEvent = {
        id: systemRandom.uuid(),
        action: 'sign-in-failed',
        subject: 'hmac-email-x',
        actor: '-',
        client: 'hmac-client-x',
        at: new Date(nowMs).toISOString(),
        outcome: 'refused',
        correlationId: 'c',
        details: {},
        ...changes,
      }
      return notes.add(event, personId)
    },
    advance: async (seconds) => {
      nowMs += seconds * 1000
      for (const wait of [...waits]) {
        if (wait.dueMs > nowMs) continue
        waits.delete(wait)
        wait.callback()
      }
      await Promise.resolve()
    },
  }
}

const { perSource, unproven, seconds } = noteLimits
const countOf = ({ details }: AuditEvent): number => Number(details['count'] ?? 1)
const sum = (rows: readonly AuditEvent[]): number => rows.reduce((total, row) => total + countOf(row), 0)

test('one source: singly up to the limit, then one event for the rest of the minute', async () => {
  const desk = createDesk()
  for (let round = 0; round < perSource + 70; round += 1) await desk.add({ subject: `hmac-email-${round}` })
  expect(desk.rows).toHaveLength(perSource)
  await desk.advance(seconds - 1)
  expect(desk.rows).toHaveLength(perSource)
  await desk.advance(1)
  expect(desk.rows).toHaveLength(perSource + 1)
  expect(desk.rows.at(-1)).toEqual({
    id: expect.any(String),
    action: 'sign-in-failed',
    subject: 'hmac-client-x',
    actor: '-',
    client: 'hmac-client-x',
    at: '2026-01-01T00:01:00.000Z',
    outcome: 'refused',
    correlationId: '-',
    details: { count: '70', seconds: String(seconds) },
  })
  await desk.add({})
  expect(desk.rows.at(-1)).toMatchObject({ details: {}, correlationId: 'c' })
})

test('a flood from a million networks costs no more rows, and no memory for each', async () => {
  const desk = createDesk()
  for (let round = 0; round < 20_000; round += 1) await desk.add({ client: `hmac-client-${round}` })
  expect(desk.rows).toHaveLength(unproven)
  await desk.advance(seconds)
  expect(desk.rows).toHaveLength(unproven + 1)
  const [last] = desk.rows.slice(-1)
  expect(last).toMatchObject({
    subject: 'unknown',
    client: '-',
    details: { count: String(20_000 - unproven) },
  })
})

test('no flood hides what somebody who is known did, or another kind of event', async () => {
  const desk = createDesk()
  for (let round = 0; round < 5_000; round += 1) await desk.add({ client: `hmac-client-${round % 100}` })
  const before = desk.rows.length
  await desk.add({ action: 'refresh-reuse', subject: 'bob' }, 'bob')
  await desk.add({ action: 'key-used', outcome: 'allowed' })
  expect(desk.rows.slice(before)).toMatchObject([{ action: 'refresh-reuse' }, { action: 'key-used' }])
})

test.for([
  [{ action: 'key-refused' }, {}],
  [{ action: 'refresh-failed' }, {}],
  [{ action: 'access-refused' }, {}],
  [{ outcome: 'failed' }, {}],
  [{ details: { grant: 'id_token' } }, { details: { grant: 'password' } }],
  [{ details: { grant: 'code' } }, { details: { grant: 'upstream' } }],
] as const)('junk %j hides no guess %j', async ([junk, guess]) => {
  const desk = createDesk()
  for (let round = 0; round < 2_000; round += 1)
    await desk.add({ ...junk, client: `hmac-client-${round % 50}` })
  expect(desk.rows).toHaveLength(unproven)
  const mark = { subject: 'hmac-email-bob', client: 'hmac-client-guesser' }
  await desk.add({ ...guess, ...mark })
  expect(desk.rows.slice(unproven)).toMatchObject([mark])
  await desk.advance(seconds)
  const { grant } = { grant: undefined, ...('details' in junk ? junk.details : {}) }
  expect(desk.rows.at(-1)?.details).toEqual({
    ...(grant !== undefined && { grant }),
    count: String(2_000 - unproven),
    seconds: String(seconds),
  })
})

test('a process that slept through the end of a minute still says what it left out', async () => {
  let nowMs = 0
  const rows: AuditEvent[] = []
  const notes = createAuditNotes({
    store: { append: async (event) => void rows.push(event), list: async () => ({ events: rows }) },
    clock: { now: () => nowMs, schedule: () => () => undefined },
    random: systemRandom,
    log: () => undefined,
  })
  const event = {
    action: 'key-refused',
    outcome: 'refused',
    client: 'c',
    subject: 'c',
    details: {},
  } as AuditEvent
  for (let round = 0; round < perSource + 5; round += 1) await notes.add(event)
  nowMs += 3_600_000
  await notes.add(event)
  expect(rows).toHaveLength(perSource + 2)
  expect(sum(rows)).toBe(perSource + 6)
})

test('whatever comes and whenever, nothing is lost from the count', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          client: fc.constantFrom('a', 'b', 'c', '-'),
          person: fc.constantFrom('ann', 'bob', undefined, undefined),
          action: fc.constantFrom('sign-in-failed', 'key-refused', 'access-refused'),
          times: fc.integer({ min: 1, max: 80 }),
          pause: fc.integer({ min: 0, max: 40 }),
        }),
        { maxLength: 40 },
      ),
      async (steps) => {
        const desk = createDesk()
        let added = 0
        for (const { times, pause, person, client, action } of steps) {
          const changes = { client, action: action as AuditEvent['action'] }
          for (let time = 0; time < times; time += 1) await desk.add(changes, person)
          added += times
          await desk.advance(pause)
        }
        await desk.advance(seconds)
        expect(sum(desk.rows)).toBe(added)
      },
    ),
    { numRuns: 100 },
  )
})

test('a record that fails or does not answer holds nobody up, and the log says so', async () => {
  const failing = createDesk(() =>
    Promise.reject(Object.assign(new Error('secret text'), { code: 'ECONNRESET' })),
  )
  await failing.add({})
  expect(failing.lines).toEqual([
    { level: 'error', event: 'failure', correlationId: 'c', service: 'audit', reason: 'ECONNRESET' },
  ])
  const silent = createDesk(() => new Promise(() => undefined))
  let isDone = false
  const waiting = silent.add({}).then(() => {
    isDone = true
  })
  await silent.advance(0.9)
  expect(isDone).toBe(false)
  await silent.advance(0.1)
  await waiting
})
