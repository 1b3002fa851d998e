/**
 * Acts on accounts under every spelling of an id and at every unlucky moment, judged by what is left afterwards.
 */

import { CosmosClient } from '@azure/cosmos'
import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { alice, bob, type Credentials } from './support/sign-in-page.ts'

const limits = {
  signIn: { points: 1_000, seconds: 60 },
  account: { points: 1_000, seconds: 60 },
}

const createServer = (localAzure: LocalAzure): LocalServer =>
  createLocalServer(localAzure, { app: { limits } })

async function signIn(server: LocalServer, who: Credentials) {
  const answer = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...who } })
  expect(answer.status).toBe(201)
  return answer.json as { accessToken: string; refreshToken: string; subject: string; role: string }
}

/** A new account with a session of the role named. */
async function begin(server: LocalServer, email: string, role: string) {
  const { objectId } = (await server.api('CheckAccount', { email })).json.user
  const { provider, sessions } = server.latchkey.parts
  const subject = (await provider.subjectOf(objectId)) ?? { issuer: '', subject: '' }
  const issued = await sessions.begin({ person: { id: objectId, subject, name: 'B' }, role })
  return { subject: objectId as string, ...issued }
}

function appDatabase({ endpoints }: LocalAzure) {
  const { endpoint, key } = endpoints.cosmos
  return new CosmosClient({ endpoint, key }).database('latchkey')
}

async function statusOfRefresh(server: LocalServer, refreshToken: string): Promise<number> {
  return (await server.call('POST', '/v1/sessions/refresh', { body: { refreshToken } })).status
}

describe('ids', () => {
  test('no name of a partition or a role is a person: nothing is deleted', async ({ localAzure }) => {
    const server = createServer(localAzure)
    const { accessToken: bearer } = await signIn(server, alice)
    const tables = appDatabase(localAzure)
    await tables.container('Profile').items.upsert({ id: 'kept', partition: 'default' })
    await tables.container('Profile').items.upsert({ id: 'kept', partition: 'elsewhere' })
    await server.call('POST', '/v1/tokens/cosmos', { bearer })
    const users = async () => (await tables.users.readAll().fetchAll()).resources.map(({ id }) => id).sort()
    const before = await users()
    for (const id of ['default', 'Default', 'admin', 'guest', 'new', 'editor', 'elsewhere', 'nobody']) {
      const answer = await server.call('DELETE', `/v1/users/${id}`, { bearer })
      expect(answer, id).toMatchObject({ status: 404, json: { code: 'not_found' } })
    }
    for (const partition of ['default', 'elsewhere'])
      expect((await tables.container('Profile').item('kept', partition).read()).statusCode).toBe(200)
    expect(await users()).toEqual(before)
  })

  test('an id in capitals is the same person', async ({ localAzure }) => {
    const server = createServer(localAzure)
    const admin = await signIn(server, alice)
    const bearer = admin.accessToken
    const body = { enabled: false }
    const last = await server.call('PATCH', `/v1/users/${admin.subject.toUpperCase()}`, { bearer, body })
    expect(last).toMatchObject({ status: 409, json: { code: 'last_admin' } })
    const person = await signIn(server, bob)
    await server.call('POST', '/v1/tokens/cosmos', { bearer: person.accessToken })
    await server.call('PATCH', '/v1/me', { bearer: person.accessToken, body: { city: 'Oslo' } })
    const path = `/v1/users/${person.subject.toUpperCase()}`
    const disabled = await server.call('PATCH', path, { bearer, body })
    expect(disabled).toMatchObject({ status: 200, json: { id: person.subject, enabled: false } })
    expect(await statusOfRefresh(server, person.refreshToken)).toBe(401)
    expect((await server.call('DELETE', path, { bearer })).status).toBe(204)
    const tables = appDatabase(localAzure)
    expect((await tables.container('User').item(person.subject, person.subject).read()).statusCode).toBe(404)
    await expect(tables.user(person.subject).read()).rejects.toMatchObject({ code: 404 })
    expect((await server.call('DELETE', path, { bearer })).status).toBe(404)
  })
})

describe('the last admin', () => {
  const act = {
    'disable each other': (server: LocalServer, bearer: string, _own: string, other: string) =>
      server.call('PATCH', `/v1/users/${other}`, { bearer, body: { enabled: false } }),
    'delete themselves': (server: LocalServer, bearer: string) => server.call('DELETE', '/v1/me', { bearer }),
  }
  test.for(Object.entries(act))('stays when two admins %s at once', async ([, remove], { localAzure }) => {
    const plain = createServer(localAzure)
    const { accounts } = plain.latchkey.parts
    const makeAdmin = async (name: string) => {
      const person = await begin(plain, `${name}@contoso.example`, 'admin')
      await accounts.addToGroup(person.subject, 'admin')
      return person
    }
    const [first, second] = [await makeAdmin('one'), await makeAdmin('two')]
    for (const id of await accounts.membersOf('admin', 50))
      if (id !== first.subject && id !== second.subject) await accounts.removeFromGroup(id, 'admin')
    // Both have looked who else is there before either goes on.
    let looking = 0
    let open = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const membersOf: typeof accounts.membersOf = async (...query) => {
      const members = await accounts.membersOf(...query)
      looking += 1
      if (looking === 2) open()
      if (looking <= 2) await gate
      return members
    }
    const server = createLocalServer(localAzure, {
      app: { limits },
      ports: { accounts: { ...accounts, membersOf } },
    })
    const answers = await Promise.all([
      remove(server, first.accessToken, first.subject, second.subject),
      remove(server, second.accessToken, second.subject, first.subject),
    ])
    expect(answers.map(({ status }) => status)).toContain(409)
    expect((await accounts.membersOf('admin', 5)).length).toBeGreaterThan(0)
  })
})
