/**
 * By what a call is found again is ours; what the caller calls it stands beside.
 */

import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { createMemoryStores, type LogEvent } from '../src/index.ts'
import { createLocalServer } from './support/local-server.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

test('nobody chooses by what their act is found on record, nor takes the id of another', async ({
  localAzure,
}) => {
  const lines: LogEvent[] = []
  const stores = createMemoryStores()
  const server = createLocalServer(localAzure, { ports: { stores, log: (event) => lines.push(event) } })
  const refuse = (given?: string) =>
    server.call('POST', '/v1/sessions/refresh', {
      body: { refreshToken: 'made-up' },
      headers: given === undefined ? {} : { 'x-correlation-id': given },
    })
  const victims = (await refuse()).headers.get('x-correlation-id') ?? ''
  const kept = [victims, 'trace-1', 'a'.repeat(64)]
  const dropped = ['a'.repeat(65), 'a b', 'bob@contoso.example', '<script>', 'trace_1']
  for (const given of [...kept, ...dropped]) {
    lines.length = 0
    const answer = await refuse(given)
    const correlationId = answer.headers.get('x-correlation-id') ?? ''
    expect(correlationId).toMatch(uuid)
    expect(correlationId).not.toBe(victims)
    expect(answer.json.correlationId).toBe(correlationId)
    const [row] = (await stores.audit.list({ pageSize: 1 })).events
    const caller = kept.includes(given) ? given : undefined
    expect([row?.correlationId, row?.callerCorrelationId]).toEqual([correlationId, caller])
    expect(lines.map((line) => line.correlationId)).toEqual(lines.map(() => correlationId))
    expect(lines.find(({ event }) => event === 'request')?.callerCorrelationId).toBe(caller)
    if (caller === undefined) expect(JSON.stringify([row, lines, answer.text])).not.toContain(given)
  }
})
