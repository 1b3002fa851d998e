/**
 * Somebody floods the record with what costs nothing, and then guesses at a password from elsewhere.
 */

import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { createMemoryStores, type LogEvent } from '../src/index.ts'
import { createLocalServer } from './support/local-server.ts'
import { bob } from './support/sign-in-page.ts'
import { unlimited } from './support/unlimited.ts'

test('junk of any kind hides no guess at a password', async ({ localAzure }) => {
  const lines: LogEvent[] = []
  const server = createLocalServer(localAzure, {
    ports: { stores: createMemoryStores(), log: (event) => lines.push(event) },
    app: { ...unlimited, peerAddress: (context) => context.req.header('x-test-peer') },
  })
  const from = (peer: string) => ({ 'x-test-peer': peer })
  const junk = [
    (headers: Record<string, string>) =>
      server.call('POST', '/api/CheckAccount', { headers: { ...headers, 'x-functions-key': 'x' } }),
    (headers: Record<string, string>) =>
      server.call('POST', '/v1/sessions', { headers, body: { grant: 'id_token', idToken: 'made-up' } }),
    (headers: Record<string, string>) =>
      server.call('POST', '/v1/sessions/refresh', { headers, body: { refreshToken: 'made-up' } }),
  ]
  for (const send of junk)
    for (let round = 0; round < 300; round += 1)
      expect((await send(from(`10.0.${round % 10}.1`))).status).toBe(401)

  lines.length = 0
  const body = { grant: 'password', email: bob.email, password: 'Wrong-Pass-1' }
  expect((await server.call('POST', '/v1/sessions', { headers: from('66.66.66.66'), body })).status).toBe(401)

  const { pseudonyms, stores } = server.latchkey.parts
  const [client, account] = [pseudonyms.of('client', '66.66.66.66'), pseudonyms.of('email', bob.email)]
  const { events } = await stores.audit.list({ pageSize: 100, subject: account })
  expect(events).toMatchObject([{ action: 'sign-in-failed', client, outcome: 'refused' }])
  expect(lines.filter(({ event }) => event === 'sign-in-failed')).toMatchObject([{ client, account }])
  expect(JSON.stringify(lines)).not.toMatch(/66\.66|contoso|Wrong-Pass/)
})
