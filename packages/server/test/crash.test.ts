/**
 * Killed between any two steps of a flow, the next call of the same flow leaves everything as it should be.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { dieAt } from './support/crash.ts'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { alice } from './support/sign-in-page.ts'

/** Runs `flow` on servers that die one step later each time, until one lives; answers how many died. */
async function killEverywhere(
  localAzure: LocalAzure,
  flow: (server: LocalServer, round: number) => Promise<{ readonly status: number }>,
  repair: (round: number) => Promise<void>,
): Promise<number> {
  for (let step = 0; ; step += 1) {
    const crash = dieAt(localAzure, step)
    const server = createLocalServer(localAzure, { ports: crash.ports })
    const answer = await flow(server, step)
    if (!crash.hasDied()) {
      expect(answer.status).toBeLessThan(300)
      return step
    }
    expect(answer.status).toBeGreaterThanOrEqual(500)
    await repair(step)
  }
}

const idOf = async (server: LocalServer, email: string): Promise<string> =>
  (await server.api('CheckAccount', { email })).json.user.objectId

test('CheckAccount: one account, in the group new, with a row', async ({ localAzure }) => {
  const sound = createLocalServer(localAzure)
  const emailOf = (round: number): string => `crash-${round}@contoso.example`
  const deaths = await killEverywhere(
    localAzure,
    (server, round) => server.api('CheckAccount', { email: emailOf(round) }),
    async (round) => {
      const answer = await sound.api('CheckAccount', { email: emailOf(round) })
      expect(answer.status).toBe(200)
      const { objectId } = answer.json.user
      expect((await sound.latchkey.parts.accounts.load(objectId))?.groups).toEqual(['new'])
      expect(await sound.latchkey.parts.stores.users.read(objectId)).toMatchObject({ email: emailOf(round) })
    },
  )
  expect(deaths).toBeGreaterThanOrEqual(10)
})

test('UpdateRole: exactly one role, no session of the old one, permissions of the new one', async ({
  localAzure,
}) => {
  const sound = createLocalServer(localAzure)
  const { parts } = sound.latchkey
  const id = await idOf(sound, 'crash-role@contoso.example')
  const subject = (await parts.provider.subjectOf(id)) ?? { issuer: '', subject: '' }
  const signedIn = await sound.api('GetRefreshAndAccessToken', alice as unknown as Record<string, string>)
  const update = (server: LocalServer, role: string) =>
    server.api(
      'UpdateRole',
      { auth_token: signedIn.json.token.access_token, email: 'crash-role@contoso.example', role },
      'POST',
    )
  const roleOf = (round: number): string => (round % 2 === 0 ? 'editor' : 'new')
  let refreshToken = ''
  const deaths = await killEverywhere(
    localAzure,
    async (server, round) => {
      const role = roleOf(round + 1)
      ;({ refreshToken } = await parts.sessions.begin({ person: { id, subject, name: 'C' }, role }))
      return update(server, roleOf(round))
    },
    async (round) => {
      expect((await update(sound, roleOf(round))).status).toBe(200)
      const role = roleOf(round)
      expect((await parts.accounts.load(id))?.groups).toEqual([role])
      await expect(parts.sessions.refresh(refreshToken)).rejects.toMatchObject({ code: 'ERR_SERVER_GRANT' })
      const own = (await parts.stores.permissions.read(id, 600)) ?? []
      const wanted = role === 'editor' ? ['User'] : ['Profile', 'User']
      expect(own.map(({ container }) => container).sort()).toEqual(wanted)
    },
  )
  expect(deaths).toBeGreaterThanOrEqual(20)
})

test('deleting an account: nothing is left, and the person can ask again', async ({ localAzure }) => {
  const sound = createLocalServer(localAzure)
  const { parts } = sound.latchkey
  const begin = async (round: number) => {
    const id = await idOf(sound, `crash-delete-${round}@contoso.example`)
    const subject = (await parts.provider.subjectOf(id)) ?? { issuer: '', subject: '' }
    const { accessToken } = await parts.sessions.begin({ person: { id, subject, name: 'C' }, role: 'new' })
    await sound.call('POST', '/v1/tokens/cosmos', { bearer: accessToken })
    return { id, accessToken }
  }
  let person = { id: '', accessToken: '' }
  const deaths = await killEverywhere(
    localAzure,
    async (server, round) => {
      person = await begin(round)
      return server.call('DELETE', '/v1/me', { bearer: person.accessToken })
    },
    async () => {
      const isDone = (await parts.sessions.listOf(person.id)).length === 0
      const answer = await sound.call('DELETE', '/v1/me', { bearer: person.accessToken })
      // The sessions end last: once they have, there is nobody to ask again and nothing to ask for.
      expect(answer.status).toBe(isDone ? 401 : 204)
      expect(await parts.accounts.load(person.id)).toBeUndefined()
      expect(await parts.stores.users.read(person.id)).toBeUndefined()
      expect(await parts.stores.permissions.read(person.id, 600)).toBeUndefined()
      expect(await parts.sessions.listOf(person.id)).toEqual([])
    },
  )
  expect(deaths).toBeGreaterThanOrEqual(12)
})

test('CreateRolePermission: rules and Cosmos agree', async ({ localAzure }) => {
  const sound = createLocalServer(localAzure)
  const { parts } = sound.latchkey
  const signedIn = await sound.api('GetRefreshAndAccessToken', alice as unknown as Record<string, string>)
  const write = (server: LocalServer, round: number) =>
    server.call(
      'POST',
      `/api/CreateRolePermission?code=${encodeURIComponent(localAzure.endpoints.api.functionKey)}`,
      {
        body: {
          auth_token: signedIn.json.token.access_token,
          role: 'editor',
          permissions: [{ role: 'editor', table: 'User', permission: round % 2 === 0 ? 'write' : 'read' }],
        },
      },
    )
  await killEverywhere(
    localAzure,
    async (server, round) => {
      const answer = await write(server, round)
      // A role that could not be made to fit is counted, and the answer is a success that says so.
      return answer.json?.failed > 0 ? { status: 500 } : answer
    },
    async (round) => {
      expect((await write(sound, round)).json).toMatchObject({ success: true, failed: 0 })
      const { rules } = await parts.stores.rolePermissions.all()
      const expected = round % 2 === 0 ? 'read-write' : 'read'
      expect(rules).toContainEqual({ role: 'editor', table: 'User', permission: expected })
      const shared = await parts.stores.permissions.read('editor', 600)
      expect(shared?.find(({ container }) => container === 'User')?.mode).toBe(
        round % 2 === 0 ? 'all' : 'read',
      )
    },
  )
})

test('sign-in, resource tokens and refresh: asking again is enough', async ({ localAzure }) => {
  const sound = createLocalServer(localAzure)
  const email = 'crash-tokens@contoso.example'
  const id = await idOf(sound, email)
  const { parts } = sound.latchkey
  const subject = (await parts.provider.subjectOf(id)) ?? { issuer: '', subject: '' }
  let { refreshToken } = await parts.sessions.begin({ person: { id, subject, name: 'C' }, role: 'new' })
  await killEverywhere(
    localAzure,
    (server) => server.api('GetResourceTokens', { refresh_token: refreshToken }),
    async () => {
      const answer = await sound.api('GetResourceTokens', { refresh_token: refreshToken })
      expect(answer).toMatchObject({ status: 200, json: { permissions: [{}, {}] } })
      refreshToken = answer.json.refreshToken
    },
  )
})
