/**
 * What Graph does over time and at scale: replication lag, batches, limits.
 */

import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDirectoryTables } from '../../src/entra/directory/tables.ts'
import { Database } from '../../src/host/database.ts'
import { type Answer, EntraUnderTest } from '../entra/entra-under-test.ts'

const nobody = '00000000-0000-4000-8000-000000000000'
const person = (fields: object = {}): object => ({
  accountEnabled: true,
  displayName: 'Carol',
  identities: [
    {
      signInType: 'emailAddress',
      issuer: 'contoso.onmicrosoft.com',
      issuerAssignedId: 'carol@contoso.example',
    },
  ],
  passwordProfile: { password: 'Long-Enough-1' },
  ...fields,
})
const bob = (e: EntraUnderTest): string => e.host.keys.id('user:bob')
const group = (e: EntraUnderTest, name: string): string => e.host.keys.id(`group:${name}`)
const member = (id: string): object => ({
  '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
})

let entra: EntraUnderTest
beforeEach(() => {
  entra = new EntraUnderTest()
})
afterEach(() => entra.host.close())

test('replication lag hides new objects from reads and from groups, then shows them', async () => {
  const token = await entra.graphToken()
  entra.service.setReplicationLag(30)
  const { json } = await entra.graph(token, 'POST', '/users', person())
  const read = (): Promise<Answer> => entra.graph(token, 'GET', `/users/${json.id}`)
  const add = (): Promise<Answer> =>
    entra.graph(token, 'POST', `/groups/${group(entra, 'new')}/members/$ref`, member(json.id))
  expect([(await read()).status, (await add()).status]).toEqual([404, 404])
  const { clientId, scope } = { clientId: entra.id('b2c-client'), scope: 'openid' }
  const signIn = (): Promise<Answer> =>
    entra.byPassword({
      client_id: clientId,
      scope,
      username: 'carol@contoso.example',
      password: 'Long-Enough-1',
    })
  expect((await signIn()).json.error_description).toContain('AADB2C99002')
  // The name is taken all the same.
  expect((await entra.graph(token, 'POST', '/users', person())).status).toBe(400)
  entra.host.clock.advanceSeconds(30)
  expect([(await read()).status, (await add()).status]).toEqual([200, 204])
  expect((await signIn()).status).toBe(200)
})

test('a batch goes on after a failure, but not with what depends on it', async () => {
  const token = await entra.graphToken()
  const { json } = await entra.graph(token, 'POST', '/$batch', {
    requests: [
      { id: '1', method: 'GET', url: `/users/${nobody}` },
      { id: '2', method: 'GET', url: '/groups?$select=id', dependsOn: ['1'] },
      { id: '3', method: 'GET', url: `/users/${bob(entra)}?$select=displayName` },
    ],
  })
  const answers = json.responses as { id: string; status: number; body: { displayName?: string } }[]
  expect(answers.map(({ id, status }) => [id, status])).toEqual([
    ['1', 404],
    ['2', 424],
    ['3', 200],
  ])
  expect(answers[2]?.body.displayName).toBe('Bob Baker')
})

test('a refusal within a batch says when to come back', async () => {
  const nowMs = Date.now()
  const limited = new EntraUnderTest({
    throttling: true,
    clock: { now: () => nowMs, schedule: () => () => undefined },
  })
  const token = await limited.graphToken()
  // Twenty requests of a batch cost what they cost outside.
  const requests = Array.from({ length: 20 }, (_, index) => ({
    id: String(index),
    method: 'GET',
    url: '/groups',
  }))
  const refused: unknown[] = []
  for (let batch = 0; batch < 100 && refused.length === 0; batch += 1) {
    const { json } = await limited.graph(token, 'POST', '/$batch', { requests })
    refused.push(...json.responses.filter(({ status }: { status: number }) => status === 429))
  }
  expect(refused[0]).toMatchObject({
    headers: { 'Content-Type': 'application/json', 'Retry-After': expect.stringMatching(/^\d+$/) },
  })
  limited.host.close()
})

test('with limits on, too much is 429 with Retry-After until the window ends', async () => {
  const nowMs = Date.now()
  const limited = new EntraUnderTest({
    throttling: true,
    clock: { now: () => nowMs, schedule: () => () => undefined },
  })
  const token = await limited.graphToken()
  let answer = await limited.graph(token, 'GET', '/users?$top=1')
  for (let index = 0; index < 3_600 && answer.status === 200; index += 1) {
    answer = await limited.graph(token, 'GET', '/users?$top=1')
  }
  expect(answer.status).toBe(429)
  expect(answer.json.error.code).toBe('TooManyRequests')
  limited.host.clock.advanceSeconds(Number(answer.headers.get('retry-after')))
  expect((await limited.graph(token, 'GET', '/users?$top=1')).status).toBe(200)
  limited.host.close()
})

test('a password has the time of its last change, which no other change moves', async () => {
  const token = await entra.graphToken()
  const { json } = await entra.graph(token, 'POST', '/users', person())
  const changedOn = async (): Promise<unknown> => {
    const path = `/users/${json.id}?$select=lastPasswordChangeDateTime,createdDateTime`
    return (await entra.graph(token, 'GET', path)).json
  }
  const patch = (body: object): Promise<Answer> => entra.graph(token, 'PATCH', `/users/${json.id}`, body)
  const created = (await changedOn()) as Record<string, string>
  expect(created['lastPasswordChangeDateTime']).toBe(created['createdDateTime'])
  entra.host.clock.advanceSeconds(60)
  await patch({ displayName: 'Carola' })
  expect(await changedOn()).toMatchObject(created)
  await patch({ passwordProfile: { password: 'Longer-Enough-2' } })
  const changedMs = Date.parse(created['createdDateTime'] ?? '') + 60_000
  expect(await changedOn()).toMatchObject({
    ...created,
    lastPasswordChangeDateTime: `${new Date(changedMs).toISOString().slice(0, 19)}Z`,
  })
  expect((await entra.graph(token, 'GET', `/users/${json.id}`)).json).not.toHaveProperty(
    'lastPasswordChangeDateTime',
  )
})

test('in a folder of before it was kept, a password is as old as its account', () => {
  const database = new Database(':memory:')
  createDirectoryTables(database)
  database.exec(`
    ALTER TABLE users DROP COLUMN password_changed_at_ms;
    INSERT INTO users VALUES ('a', 'b2c', 'a@x', 'A', 1, 'hash', 1234, 1000, '{}', 0, 0);
    INSERT INTO users VALUES ('b', 'b2c', 'b@x', 'B', 1, NULL, 1234, 1000, '{}', 0, 0)`)
  for (const _start of [1, 2]) createDirectoryTables(database)
  const rows = database.all('SELECT password_changed_at_ms AS at FROM users ORDER BY object_id')
  expect(rows.map(({ at }) => at)).toEqual([1_234, null])
})
