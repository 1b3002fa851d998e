/**
 * Killed at any request of a flow, before or after the far side heard of it, the same call again leaves everything as it
 * should be: accounts, rows, roles, rules and tokens. Sessions are in crash-sign-in.test.ts.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { communicationTokens } from '../src/tokens/communication.ts'
import { killEverywhere } from './support/crash.ts'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { alice } from './support/sign-in-page.ts'
import { unlimited } from './support/unlimited.ts'

const tokenServices = [communicationTokens()]
const soundServer = (localAzure: LocalAzure): LocalServer =>
  createLocalServer(localAzure, { ports: { tokenServices }, app: unlimited })

/** Somebody with an account, in the group new, and with a row. */
async function arrive(sound: LocalServer, email: string) {
  const id: string = (await sound.api('CheckAccount', { email })).json.user.objectId
  const { sessions, provider } = sound.latchkey.parts
  const subject = (await provider.subjectOf(id)) ?? { issuer: '', subject: '' }
  const begin = (role = 'new') => sessions.begin({ person: { id, subject, name: 'C' }, role })
  return { id, subject, begin, ...(await begin()) }
}

/** The addresses of every account that begin with `head`. */
async function addressesOf(sound: LocalServer, head: string): Promise<readonly string[]> {
  const found: string[] = []
  let next: string | undefined
  do {
    const page = await sound.latchkey.parts.accounts.list({
      pageSize: 100,
      ...(next !== undefined && { next }),
    })
    found.push(...page.accounts.flatMap(({ email }) => (email?.startsWith(head) ? [email] : [])))
    next = page.next
  } while (next !== undefined)
  return found.sort()
}

async function adminToken(sound: LocalServer): Promise<string> {
  return (await sound.api('GetRefreshAndAccessToken', { ...alice })).json.token.access_token
}

describe('CheckAccount', () => {
  const expectWhole = async ({ latchkey: { parts } }: LocalServer, id: string, email: string) => {
    expect((await parts.accounts.load(id))?.groups).toEqual(['new'])
    expect(await parts.stores.users.read(id)).toMatchObject({ id, email, partition: id })
  }

  test('of a new address: one account, in the group new, with a row', async ({ localAzure }) => {
    const sound = soundServer(localAzure)
    const emails: string[] = []
    const requests = await killEverywhere(localAzure, async (round) => {
      const email = `crash-new-${round}@contoso.example`
      emails.push(email)
      return {
        call: (server) => server.api('CheckAccount', { email }),
        check: async (again) => {
          expect(again.status).toBe(200)
          await expectWhole(sound, again.json.user.objectId, email)
        },
      }
    })
    expect(requests).toBeGreaterThanOrEqual(7)
    expect(await addressesOf(sound, 'crash-new-')).toEqual(emails.sort())
  })

  test('of half an account: the other half', async ({ localAzure }) => {
    const sound = soundServer(localAzure)
    await killEverywhere(localAzure, async (round) => {
      const email = `crash-half-${round}@contoso.example`
      const password = 'Abcdef-12345-Xyz'
      const { id } = await sound.latchkey.parts.accounts.create({ email, displayName: 'H', password })
      return {
        call: (server) => server.api('CheckAccount', { email }),
        check: async (again) => {
          expect(again).toMatchObject({ status: 200, json: { exist: true, user: { objectId: id } } })
          await expectWhole(sound, id, email)
        },
      }
    })
  })

  test('of an account that is there: as it was', async ({ localAzure }) => {
    const sound = soundServer(localAzure)
    const email = 'crash-there@contoso.example'
    const { id } = await arrive(sound, email)
    const row = await sound.latchkey.parts.stores.users.read(id)
    await killEverywhere(localAzure, async () => ({
      call: (server) => server.api('CheckAccount', { email }),
      check: async (again) => {
        expect(again).toMatchObject({ status: 200, json: { exist: true, user: { objectId: id } } })
        expect(await sound.latchkey.parts.stores.users.read(id)).toEqual(row)
      },
    }))
  })
})

describe('rows', () => {
  test('GetUserInfo, by address and by refresh token', async ({ localAzure }) => {
    const sound = soundServer(localAzure)
    const email = 'crash-info@contoso.example'
    const person = await arrive(sound, email)
    const user = { id: person.id, email }
    await killEverywhere(localAzure, async () => ({
      call: (server) => server.api('GetUserInfo', { email }),
      check: async (again) => expect(again).toMatchObject({ status: 200, json: { user } }),
    }))
    await killEverywhere(localAzure, async () => {
      const { refreshToken } = await person.begin()
      return {
        call: (server) => server.api('GetUserInfo', { refresh_token: refreshToken }),
        check: async (again) => {
          expect(again).toMatchObject({ status: 200, json: { user } })
          // Shown, not used up.
          expect((await sound.api('RefreshToken', { refresh_token: refreshToken })).status).toBe(200)
        },
      }
    })
  })

  test('a profile that is changed, and one that is made', async ({ localAzure }) => {
    const sound = soundServer(localAzure)
    const { stores } = sound.latchkey.parts
    const change = async (round: number, isThere: boolean) => {
      const { id, accessToken } = await arrive(sound, `crash-row-${isThere}-${round}@contoso.example`)
      if (!isThere) await stores.users.removeAllOf(id)
      const body = { firstName: `Name ${round}` }
      return {
        call: (server: LocalServer) => server.call('PATCH', '/v1/me', { bearer: accessToken, body }),
        check: async (again: { readonly status: number }) => {
          expect(again.status).toBe(200)
          expect(await stores.users.read(id)).toMatchObject({ id, partition: id, ...body })
        },
      }
    }
    await killEverywhere(localAzure, (round) => change(round, true))
    await killEverywhere(localAzure, (round) => change(round, false))
  })
})

describe('tokens', () => {
  test('for Cosmos DB: for nobody, for somebody new, for a refresh token', async ({ localAzure }) => {
    const sound = soundServer(localAzure)
    const { permissions } = sound.latchkey.parts.stores
    await killEverywhere(localAzure, async () => ({
      call: (server) => server.api('GetResourceTokens'),
      check: async (again) =>
        expect(again).toMatchObject({ status: 200, json: { group: 'guest', permissions: [{}] } }),
    }))
    const person = await arrive(sound, 'crash-tokens@contoso.example')
    const expectOwn = async () => {
      const own = (await permissions.read(`${person.id}.new`, 600)) ?? []
      expect(own.map(({ container, mode, partition }) => `${container} ${mode} ${partition}`).sort()).toEqual(
        [`Profile all ${person.id}`, `User read ${person.id}`],
      )
    }
    await killEverywhere(localAzure, async () => {
      await permissions.removeUser(`${person.id}.new`)
      return {
        call: (server) => server.call('POST', '/v1/tokens/cosmos', { bearer: person.accessToken, body: {} }),
        check: async (again) => {
          expect(again).toMatchObject({ status: 200, json: { permissions: [{}, {}] } })
          await expectOwn()
        },
      }
    })
    await killEverywhere(localAzure, async () => {
      const { refreshToken } = await person.begin()
      return {
        call: (server) => server.api('GetResourceTokens', { refresh_token: refreshToken }),
        check: async (again) => {
          expect(again).toMatchObject({ status: 200, json: { permissions: [{}, {}] } })
          await expectOwn()
          expect((await sound.api('RefreshToken', { refresh_token: again.json.refreshToken })).status).toBe(
            200,
          )
        },
      }
    })
  })

  test('for Communication Services: one user for a person', async ({ localAzure }) => {
    const sound = soundServer(localAzure)
    await killEverywhere(localAzure, async (round) => {
      const { accessToken } = await arrive(sound, `crash-chat-${round}@contoso.example`)
      const ask = (server: LocalServer) =>
        server.call('POST', '/v1/tokens/communication', { bearer: accessToken, body: {} })
      return {
        call: ask,
        // Whoever is making a user may still be at it for twenty seconds; nobody makes a second one meanwhile.
        left: async () => localAzure.clock.advanceSeconds(21),
        check: async (again) => {
          expect(again.status).toBe(200)
          expect((await ask(sound)).json.userId).toBe(again.json.userId)
        },
      }
    })
  })
})

test('deleting an account: nothing is left, and the person can ask again', async ({ localAzure }) => {
  const sound = soundServer(localAzure)
  const { parts } = sound.latchkey
  const requests = await killEverywhere(localAzure, async (round) => {
    const { id, accessToken, begin } = await arrive(sound, `crash-delete-${round}@contoso.example`)
    const other = await begin()
    for (const service of ['cosmos', 'communication'])
      await sound.call('POST', `/v1/tokens/${service}`, { bearer: accessToken, body: {} })
    let isDone = false
    return {
      call: (server) => server.call('DELETE', '/v1/me', { bearer: accessToken }),
      left: async () => {
        isDone = (await parts.sessions.listOf(id)).length === 0
      },
      check: async (again) => {
        // The session that asks ends last: once it has, there is nobody to ask again and nothing to ask for.
        expect(again.status).toBe(isDone ? 401 : 204)
        expect(await parts.accounts.load(id)).toBeUndefined()
        expect(await parts.stores.users.read(id)).toBeUndefined()
        expect(await parts.stores.permissions.usersWith(`${id}.`)).toEqual([])
        expect(await parts.sessions.listOf(id)).toEqual([])
        await expect(parts.sessions.refresh(other.refreshToken)).rejects.toMatchObject({
          code: 'ERR_SERVER_GRANT',
        })
      },
    }
  })
  expect(requests).toBeGreaterThanOrEqual(20)
  expect(await addressesOf(sound, 'crash-delete-')).toEqual([])
})

test('UpdateRole: exactly one role, no session of the old one, nothing that the old one opened', async ({
  localAzure,
}) => {
  const sound = soundServer(localAzure)
  const { parts } = sound.latchkey
  const email = 'crash-role@contoso.example'
  const { id, begin } = await arrive(sound, email)
  const auth_token = await adminToken(sound)
  await killEverywhere(localAzure, async (round) => {
    const [before, role] = round % 2 === 0 ? ['new', 'editor'] : ['editor', 'new']
    const { refreshToken, accessToken } = await begin(before)
    const ask = (bearer: string) => sound.call('POST', '/v1/tokens/cosmos', { bearer, body: {} })
    expect((await ask(accessToken)).status).toBe(200)
    return {
      call: (server) => server.api('UpdateRole', { auth_token, email, role: role ?? '' }, 'POST'),
      check: async (again) => {
        expect(again.status).toBe(200)
        expect((await parts.accounts.load(id))?.groups).toEqual([role])
        await expect(parts.sessions.refresh(refreshToken)).rejects.toMatchObject({ code: 'ERR_SERVER_GRANT' })
        expect(await parts.stores.permissions.read(`${id}.${before}`, 600)).toBeUndefined()
        expect((await ask(accessToken)).status).toBe(401)
      },
    }
  })
})

test('CreateRolePermission: rules and Cosmos agree', async ({ localAzure }) => {
  const sound = soundServer(localAzure)
  const { parts } = sound.latchkey
  const auth_token = await adminToken(sound)
  const path = `/api/CreateRolePermission?code=${encodeURIComponent(localAzure.endpoints.api.functionKey)}`
  await killEverywhere(localAzure, async (round) => {
    const [permission, mode] = round % 2 === 0 ? ['write', 'all'] : ['read', 'read']
    const permissions = [{ role: 'editor', table: 'User', permission }]
    return {
      call: (server) => server.call('POST', path, { body: { auth_token, role: 'editor', permissions } }),
      check: async (again) => {
        expect(again.json).toMatchObject({ success: true, failed: 0 })
        const { rules } = await parts.stores.rolePermissions.all()
        const expected = permission === 'write' ? 'read-write' : 'read'
        expect(rules).toContainEqual({ role: 'editor', table: 'User', permission: expected })
        const shared = await parts.stores.permissions.read('editor', 600)
        expect(shared?.find(({ container }) => container === 'User')?.mode).toBe(mode)
      },
    }
  })
})
