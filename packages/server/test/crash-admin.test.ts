/**
 * What admins do, killed at any request and made again, word for word: accounts, roles, and all rules at once.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { killEverywhere } from './support/crash.ts'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { lookAtRules } from './support/look-at-rules.ts'
import { alice } from './support/sign-in-page.ts'
import { unlimited } from './support/unlimited.ts'

async function createWorld(localAzure: LocalAzure, email: string) {
  const sound = createLocalServer(localAzure, { app: unlimited })
  const { parts } = sound.latchkey
  const admin = (await sound.call('POST', '/v1/sessions', { body: { grant: 'password', ...alice } })).json
  const id: string = (await sound.api('CheckAccount', { email })).json.user.objectId
  const subject = (await parts.provider.subjectOf(id)) ?? { issuer: '', subject: '' }
  const setRole = (role: string) =>
    sound.call('PUT', `/v1/users/${id}/role`, {
      bearer: admin.accessToken,
      body: { role },
      headers: { 'if-match': '*' },
    })
  return {
    sound,
    parts,
    id,
    bearer: admin.accessToken as string,
    adminId: admin.subject as string,
    begin: (role: string) => parts.sessions.begin({ person: { id, subject, name: 'C' }, role }),
    setRole,
    setEnabled: (server: LocalServer, enabled: boolean) =>
      server.call('PATCH', `/v1/users/${id}`, { bearer: admin.accessToken, body: { enabled } }),
  }
}

describe('an account', () => {
  test('that is disabled: no session, no permission, and no admin', async ({ localAzure }) => {
    const world = await createWorld(localAzure, 'crash-disable@contoso.example')
    const { parts, id } = world
    await world.setRole('admin')
    await killEverywhere(localAzure, async () => {
      expect((await world.setEnabled(world.sound, true)).status).toBe(200)
      const { refreshToken, accessToken } = await world.begin('admin')
      await world.sound.call('POST', '/v1/tokens/cosmos', { bearer: accessToken, body: {} })
      return {
        call: (server) => world.setEnabled(server, false),
        check: async (again) => {
          expect(again).toMatchObject({ status: 200, json: { id, enabled: false } })
          expect((await parts.accounts.load(id))?.account.enabled).toBe(false)
          expect(await parts.sessions.listOf(id)).toEqual([])
          await expect(parts.sessions.refresh(refreshToken)).rejects.toMatchObject({
            code: 'ERR_SERVER_GRANT',
          })
          expect(await parts.stores.permissions.usersWith(`${id}.`)).toEqual([])
          const last = await world.sound.call('PATCH', `/v1/users/${world.adminId}`, {
            bearer: world.bearer,
            body: { enabled: false },
          })
          expect(last).toMatchObject({ status: 409, json: { code: 'last_admin' } })
        },
      }
    })
  })

  test('that is enabled: with what it had, an admin who counts', async ({ localAzure }) => {
    const world = await createWorld(localAzure, 'crash-enable@contoso.example')
    const { parts, id } = world
    await world.setRole('admin')
    let bearer = world.bearer
    await killEverywhere(localAzure, async () => {
      const disabled = await world.sound.call('PATCH', `/v1/users/${id}`, {
        bearer,
        body: { enabled: false },
      })
      expect(disabled.status).toBe(200)
      return {
        call: (server) => server.call('PATCH', `/v1/users/${id}`, { bearer, body: { enabled: true } }),
        check: async (again) => {
          expect(again).toMatchObject({ status: 200, json: { id, enabled: true, role: 'admin' } })
          expect(await parts.accounts.load(id)).toMatchObject({ account: { enabled: true } })
          // The other admin can go and come back: this one is there.
          const { accessToken } = await world.begin('admin')
          const other = (enabled: boolean) =>
            world.sound.call('PATCH', `/v1/users/${world.adminId}`, {
              bearer: accessToken,
              body: { enabled },
            })
          expect((await other(false)).status).toBe(200)
          expect((await other(true)).status).toBe(200)
          const session = { grant: 'password', ...alice }
          bearer = (await world.sound.call('POST', '/v1/sessions', { body: session })).json.accessToken
        },
      }
    })
  })
})

test('a role under the tag that was read: exactly the role, from admin and back', async ({ localAzure }) => {
  const world = await createWorld(localAzure, 'crash-tag@contoso.example')
  const { sound, parts, id, bearer } = world
  const path = `/v1/users/${id}`
  await killEverywhere(localAzure, async (round) => {
    const [before, role] = round % 2 === 0 ? ['admin', 'editor'] : ['editor', 'admin']
    expect((await world.setRole(before ?? '')).status).toBe(200)
    const { refreshToken } = await world.begin(before ?? '')
    const tag = (await sound.call('GET', path, { bearer })).headers.get('etag') ?? ''
    return {
      call: (server) =>
        server.call('PUT', `${path}/role`, { bearer, body: { role }, headers: { 'if-match': tag } }),
      check: async (again) => {
        expect(again).toMatchObject({ status: 200, json: { id, role } })
        expect((await parts.accounts.load(id))?.groups).toEqual([role])
        await expect(parts.sessions.refresh(refreshToken)).rejects.toMatchObject({ code: 'ERR_SERVER_GRANT' })
      },
    }
  })
})

test('all rules at once, at the mark that was read: rows as asked, permissions as the rows', async ({
  localAzure,
}) => {
  const { sound, bearer } = await createWorld(localAzure, 'crash-rules@contoso.example')
  const cosmos = lookAtRules(localAzure)
  const base = [
    { role: 'new', table: 'User', permission: 'id-read-write' },
    { role: 'guest', table: 'Profile', permission: 'read' },
  ]
  const more = [
    { role: 'editor', table: 'User', permission: 'read' },
    { role: 'editor', table: 'Profile', permission: 'read-write' },
  ]
  const path = '/v1/role-permissions'
  await killEverywhere(localAzure, async (round) => {
    // In turns: rules of a role that has none, and the last rules of a role taken away.
    const wish = round % 2 === 0 ? [...base, ...more] : base
    const other = round % 2 === 0 ? base : [...base, ...more]
    const put = (server: LocalServer, value: object[], tag: string) =>
      server.call('PUT', path, { bearer, body: { value }, headers: { 'if-match': tag } })
    const tagOf = async () => (await sound.call('GET', path, { bearer })).headers.get('etag') ?? ''
    expect((await put(sound, other, await tagOf())).status).toBe(200)
    const tag = await tagOf()
    return {
      call: (server) => put(server, wish, tag),
      check: async (again) => {
        expect(again).toMatchObject({ status: 200, json: { failed: 0 } })
        const rows = wish.map(({ role, table, permission }) => `${role} ${table} ${permission}`)
        expect(await cosmos.rows()).toEqual(rows.sort())
        expect(await cosmos.granted()).toEqual(await cosmos.wanted())
        // Another wish at that mark is refused, now that this one is done.
        expect((await put(sound, other, tag)).status).toBe(412)
      },
    }
  })
})
