/**
 * Whom a refresh token names and whom its session holds: what is made is for the second, however the two came apart.
 */

import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { createKeyRing } from '../src/sessions/key-ring.ts'
import { formatRefreshToken } from '../src/sessions/refresh-token.ts'
import { type Answer, createLocalServer, type LocalServer } from './support/local-server.ts'

interface SignedIn {
  readonly id: string
  readonly sid: string
  readonly refreshToken: string
  readonly accessToken: string
}

/** Somebody in a role who has worked for a while, so that everything an answer needs is there, and a new session of theirs. */
async function signIn(server: LocalServer, email: string, role: string): Promise<SignedIn> {
  const { accounts, provider, sessions } = server.latchkey.parts
  const { objectId: id } = (await server.api('CheckAccount', { email })).json.user
  await accounts.addToGroup(id, role)
  if (role !== 'new') await accounts.removeFromGroup(id, 'new')
  const subject = (await provider.subjectOf(id)) ?? { issuer: '', subject: '' }
  const begin = () => sessions.begin({ person: { id, subject, name: 'P' }, role })
  expect((await resourceTokens(server, (await begin()).refreshToken)).json.group).toBe(role)
  const { refreshToken, accessToken, session } = await begin()
  return { id, sid: session.sid, refreshToken, accessToken }
}

const resourceTokens = (server: LocalServer, token: string): Promise<Answer> =>
  server.api('GetResourceTokens', { refresh_token: token })
const userInfo = (server: LocalServer, token: string): Promise<Answer> =>
  server.api('GetUserInfo', { refresh_token: token })

describe('demoted in the directory, then shown before it is used', () => {
  const days = 86_400

  test.for([
    { uses: 0, pauseSeconds: 2 * days },
    { uses: 1, pauseSeconds: 2 * days },
    { uses: 0, pauseSeconds: 3_601 },
    { uses: 2, pauseSeconds: 10 * days },
  ])('used $uses times before, $pauseSeconds s later', async ({ uses, pauseSeconds }, { localAzure }) => {
    const server = createLocalServer(localAzure)
    const person = await signIn(server, `demoted-${uses}-${pauseSeconds}@contoso.example`, 'admin')
    let { refreshToken } = person
    for (let use = 0; use < uses; use += 1)
      refreshToken = (await resourceTokens(server, refreshToken)).json.refreshToken
    await server.latchkey.parts.accounts.removeFromGroup(person.id, 'admin')
    localAzure.clock.advanceSeconds(pauseSeconds)
    expect((await userInfo(server, refreshToken)).status).toBe(200)
    const answer = await resourceTokens(server, refreshToken)
    expect([answer.status, answer.json.group]).toEqual([200, 'guest'])
    const next = await resourceTokens(server, answer.json.refreshToken)
    expect([next.status, next.json.group]).toEqual([200, 'guest'])
    // Nor is an admin left behind in what is stored.
    const stored = await server.latchkey.parts.stores.sessions.read(person.sid)
    expect(stored?.session.role).toBe('guest')
  })
})

test('a demotion that a look at the account found ends what the access token opened', async ({
  localAzure,
}) => {
  const server = createLocalServer(localAzure)
  const person = await signIn(server, 'demoted-at-work@contoso.example', 'admin')
  localAzure.clock.advanceSeconds(3_000)
  const { accessToken, refreshToken } = await server.latchkey.parts.sessions.refresh(person.refreshToken)
  await server.latchkey.parts.accounts.removeFromGroup(person.id, 'admin')
  localAzure.clock.advanceSeconds(601)
  const list = () => server.call('GET', '/v1/users', { bearer: accessToken })
  expect((await list()).status).toBe(200)
  expect((await userInfo(server, refreshToken)).status).toBe(200)
  expect((await list()).status).toBe(401)
})

describe.for([
  {
    what: 'disabled',
    act: async (server: LocalServer, id: string) => server.latchkey.parts.accounts.setEnabled(id, false),
  },
  {
    what: 'deleted',
    act: async (server: LocalServer, id: string) => server.latchkey.parts.accounts.remove(id),
  },
])('$what in the directory', ({ what, act }) => {
  test.for([{ isShown: true }, { isShown: false }])(
    'shown before: $isShown',
    async ({ isShown }, { localAzure }) => {
      const server = createLocalServer(localAzure)
      const { permissions, sessions } = server.latchkey.parts.stores
      const person = await signIn(server, `${what}-${isShown}@contoso.example`, 'editor')
      await permissions.removeUser(`${person.id}.editor`)
      await act(server, person.id)
      localAzure.clock.advanceSeconds(3_601)
      if (isShown) expect((await userInfo(server, person.refreshToken)).status).toBe(400)
      const answer = await resourceTokens(server, person.refreshToken)
      expect([answer.status, answer.json.permissions]).toEqual([400, undefined])
      expect((await sessions.read(person.sid))?.session).toMatchObject({
        endReason: 'disabled',
        generation: 1,
      })
    },
  )
})

test('a token that names somebody else makes nothing for them', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const { settings, stores } = server.latchkey.parts
  const [holder, named] = [
    await signIn(server, 'holder@contoso.example', 'editor'),
    await signIn(server, 'named@contoso.example', 'admin'),
  ]
  await stores.permissions.removeUser(`${named.id}.admin`)
  const ring = createKeyRing(settings.refreshKeys, 'refresh token')
  for (const { role, generation } of [
    { role: 'admin', generation: 1 },
    { role: 'editor', generation: 2 },
  ]) {
    const claims = { sid: holder.sid, generation, role, personId: named.id }
    const answer = await resourceTokens(server, formatRefreshToken(ring, claims, settings.publicUrl))
    expect([answer.status, answer.json.group]).toEqual([200, 'editor'])
    const own = answer.json.permissions.map((one: { partitionKey: string }) => one.partitionKey)
    expect(own).not.toContain(named.id)
    expect(own).toContain(holder.id)
    for (const one of ['admin', 'editor'])
      expect(await stores.permissions.read(`${named.id}.${one}`, 3_600)).toBeUndefined()
  }
})
