/**
 * Killed at any request of a sign-in, a refresh or the end of a session, before or after the far side heard of it: the
 * same call again leaves everything as it should be.
 */

import { CosmosClient } from '@azure/cosmos'
import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import type { Session } from '../src/sessions/session.ts'
import type { IssuedSession } from '../src/sessions/sessions.ts'
import { type CrashRound, killEverywhere } from './support/crash.ts'
import { type Answer, createLocalServer, type LocalServer } from './support/local-server.ts'
import { bob, fetchIdToken, signInAt } from './support/sign-in-page.ts'
import { unlimited } from './support/unlimited.ts'

const csrf = { 'x-latchkey': '1' }

/** Every session of Bob that has not been ended, as it is stored. */
async function storedSessions({ endpoints }: LocalAzure): Promise<readonly Session[]> {
  const { endpoint, key, systemDatabase } = endpoints.cosmos
  const container = new CosmosClient({ endpoint, key }).database(systemDatabase).container('Sessions')
  const { resources } = await container.items
    .query<Session>('SELECT * FROM c WHERE c.revokedAtMs = null')
    .fetchAll()
  return resources
}

interface World {
  readonly sound: LocalServer
  readonly id: string
  /** Sessions that the person sees. */
  listed(): Promise<readonly Session[]>
  /** Ends what is there. */
  clear(): Promise<void>
}

async function createWorld(localAzure: LocalAzure): Promise<World> {
  const sound = createLocalServer(localAzure, { app: unlimited })
  const id: string = (await sound.api('CheckAccount', { email: bob.email })).json.user.objectId
  const { sessions } = sound.latchkey.parts
  await sound.call('POST', '/v1/tokens/cosmos', { body: {} })
  const clear = async () => {
    await sessions.revokeAllOf(id, 'sign-out')
  }
  await clear()
  return { sound, id, listed: () => sessions.listOf(id), clear }
}

/** What a killed sign-in may leave: nothing that is half-made can be seen or used, and what is left goes by itself. */
function signInRound(
  world: World,
  call: CrashRound['call'],
  refreshTokenOf: (answer: Answer) => string,
): CrashRound {
  let left = 0
  return {
    call,
    left: async () => {
      const sessions = await world.listed()
      left = sessions.length
      expect(left).toBeLessThanOrEqual(1)
      for (const { role, generation, idleExpiresAtMs, createdAtMs } of sessions) {
        expect([role, generation]).toEqual(['new', 1])
        expect(idleExpiresAtMs - createdAtMs).toBeLessThanOrEqual(3 * 86_400_000 + 60_000)
      }
    },
    check: async (again) => {
      expect(again.status).toBeLessThan(300)
      expect(await world.listed()).toHaveLength(left + 1)
      const refreshed = await world.sound.api('RefreshToken', { refresh_token: refreshTokenOf(again) })
      expect(refreshed.status).toBe(200)
    },
  }
}

/** Nobody has what was left: after two minutes no half-made session is stored, after three days no unused one is live. */
async function expectNothingStays(localAzure: LocalAzure, { listed, sound, id }: World): Promise<void> {
  localAzure.clock.advanceSeconds(121)
  expect((await storedSessions(localAzure)).filter(({ generation }) => generation === 0)).toEqual([])
  const isUnused = ({ idleExpiresAtMs, rotatedAtMs }: Session) =>
    idleExpiresAtMs - rotatedAtMs <= 3 * 86_400_000
  const unused = (await listed()).filter(isUnused)
  localAzure.clock.advanceSeconds(3 * 86_400)
  expect((await listed()).filter(({ sid }) => unused.some((one) => one.sid === sid))).toEqual([])
  await sound.latchkey.parts.sessions.revokeAllOf(id, 'sign-out')
}

describe('sign-in', () => {
  test('by password', async ({ localAzure }) => {
    const world = await createWorld(localAzure)
    let unanswered = 0
    const body = { grant: 'password', ...bob }
    const requests = await killEverywhere(localAzure, async () => {
      await world.clear()
      const round = signInRound(
        world,
        (server) => server.call('POST', '/v1/sessions', { body }),
        ({ json }) => json.refreshToken,
      )
      const left = async () => {
        await round.left?.()
        unanswered += (await world.listed()).length
      }
      return { ...round, left }
    })
    expect(requests).toBeGreaterThanOrEqual(9)
    // Of all deaths only the very last leaves a session that nobody got: it was done, and only the answer was lost.
    expect(unanswered).toBe(1)
    await expectNothingStays(localAzure, world)
  })

  test('by id token', async ({ localAzure }) => {
    const world = await createWorld(localAzure)
    const idToken = await fetchIdToken(localAzure, bob)
    await killEverywhere(localAzure, async () => {
      await world.clear()
      return signInRound(
        world,
        (server) => server.api('GetRefreshAndAccessToken', { id_token: idToken }),
        ({ json }) => json.token.refresh_token,
      )
    })
    await expectNothingStays(localAzure, world)
  })

  test("by password, with B2C's own tokens: no session of ours", async ({ localAzure }) => {
    const world = await createWorld(localAzure)
    const environment = { LATCHKEY_API_TOKENS: 'upstream' }
    await killEverywhere(
      localAzure,
      async () => ({
        call: (server) => server.api('GetRefreshAndAccessToken', { ...bob }),
        check: async (again) => {
          expect(again).toMatchObject({ status: 200, json: { group: 'new' } })
          expect(await world.listed()).toEqual([])
        },
      }),
      { environment },
    )
  })

  test('by code in the browser: a code is good once, so a new walk through the page is the same call', async ({
    localAzure,
  }) => {
    const world = await createWorld(localAzure)
    const walk = async () => {
      const away = await world.sound.call('GET', '/auth/sign-in')
      const back = await signInAt(away.headers.get('location') ?? '', bob)
      const [line = ''] = away.headers.getSetCookie()
      return { path: back.pathname + back.search, headers: { cookie: line.split(';')[0] ?? '' } }
    }
    await killEverywhere(localAzure, async () => {
      await world.clear()
      const { path, headers } = await walk()
      return {
        call: (server) => server.call('GET', path, { headers }),
        left: async () => expect((await world.listed()).filter(({ role }) => role !== 'new')).toEqual([]),
        check: async (again) => {
          expect([200, 401]).toContain(again.status)
          const next = again.status === 200 ? undefined : await walk()
          const done = next ? await world.sound.call('GET', next.path, { headers: next.headers }) : again
          const cookie = done.headers.getSetCookie().find((one) => one.startsWith('latchkey=bs1.')) ?? ''
          const me = await world.sound.call('GET', '/v1/me', {
            headers: { cookie: cookie.split(';')[0] ?? '', ...csrf },
          })
          expect(me).toMatchObject({ status: 200, json: { role: 'new' } })
        },
      }
    })
    await expectNothingStays(localAzure, world)
  })
})

/** A session, and what its holder has. */
async function begin({ sound, id }: World) {
  const { provider, sessions } = sound.latchkey.parts
  const subject = (await provider.subjectOf(id)) ?? { issuer: '', subject: '' }
  return sessions.begin({ person: { id, subject, name: 'Bob' }, role: 'new' })
}

describe('refresh', () => {
  const asked = async (world: World, refreshToken: string, again: Answer) => {
    expect(again.status).toBe(200)
    expect(again.json.refreshToken).not.toBe(refreshToken)
    const [session] = await world.listed()
    expect(session).toMatchObject({ generation: 2, role: 'new' })
    // What the repeat answered is the successor, and goes on.
    const next = await world.sound.call('POST', '/v1/sessions/refresh', {
      body: { refreshToken: again.json.refreshToken },
    })
    expect(next.status).toBe(200)
  }

  test.for([
    ['as usual', 0],
    ['when the account is looked at again', 3_601],
  ] as const)('%s, asked again within the grace', async ([, seconds], { localAzure }) => {
    const world = await createWorld(localAzure)
    await killEverywhere(localAzure, async () => {
      await world.clear()
      const { refreshToken } = await begin(world)
      localAzure.clock.advanceSeconds(seconds)
      return {
        call: (server) => server.call('POST', '/v1/sessions/refresh', { body: { refreshToken } }),
        check: (again) => asked(world, refreshToken, again),
      }
    })
  })

  test('asked again after the grace: as good as new, or ended for every holder', async ({ localAzure }) => {
    const world = await createWorld(localAzure)
    const outcomes: string[] = []
    await killEverywhere(localAzure, async () => {
      await world.clear()
      const { refreshToken } = await begin(world)
      let generation = 0
      return {
        call: (server) => server.call('POST', '/v1/sessions/refresh', { body: { refreshToken } }),
        left: async () => {
          generation = (await world.listed())[0]?.generation ?? 0
          localAzure.clock.advanceSeconds(11)
        },
        check: async (again) => {
          if (generation === 0) return
          outcomes.push(`${generation}: ${again.status}`)
          if (generation === 1) await asked(world, refreshToken, again)
          else expect(await world.listed()).toEqual([])
        },
      }
    })
    // Not consumed where nothing was written; ended where the write was done and its answer lost, or had been used.
    expect(new Set(outcomes)).toEqual(new Set(['1: 200', '2: 401']))
  })

  test("of B2C's own tokens", async ({ localAzure }) => {
    const environment = { LATCHKEY_API_TOKENS: 'upstream' }
    const upstream = createLocalServer(localAzure, { app: unlimited, environment })
    const { json } = await upstream.api('GetRefreshAndAccessToken', { ...bob })
    let refreshToken: string = json.token.refresh_token
    const arrange = async (): Promise<CrashRound> => ({
      call: (server) => server.api('RefreshToken', { refresh_token: refreshToken }),
      check: async (again) => {
        expect(again.status).toBe(200)
        refreshToken = again.json.token.refresh_token
      },
    })
    await killEverywhere(localAzure, arrange, { environment })
  })
})

describe('the end of sessions', () => {
  const refreshTokenIsDead = async ({ sound }: World, refreshToken: string) =>
    expect((await sound.call('POST', '/v1/sessions/refresh', { body: { refreshToken } })).status).toBe(401)

  test.for(['current', 'sid', 'all'] as const)('%s', async (which, { localAzure }) => {
    const world = await createWorld(localAzure)
    await killEverywhere(localAzure, async () => {
      await world.clear()
      const [mine, other] = [await begin(world), await begin(world)]
      const path = {
        current: '/v1/sessions/current',
        sid: `/v1/sessions/${other.session.sid}`,
        all: '/v1/sessions',
      }[which]
      return {
        call: (server) => server.call('DELETE', path, { bearer: mine.accessToken }),
        check: async (again) => {
          expect(again.status).toBe(204)
          const left: readonly IssuedSession[] = { current: [other], sid: [mine], all: [] }[which]
          expect((await world.listed()).map(({ sid }) => sid)).toEqual(left.map(({ session }) => session.sid))
          for (const gone of [mine, other].filter((one) => !left.includes(one)))
            await refreshTokenIsDead(world, gone.refreshToken)
        },
      }
    })
  })

  test('sign-out in the browser', async ({ localAzure }) => {
    const world = await createWorld(localAzure)
    const { sessions, provider } = world.sound.latchkey.parts
    const subject = (await provider.subjectOf(world.id)) ?? { issuer: '', subject: '' }
    await killEverywhere(localAzure, async () => {
      await world.clear()
      const { token } = await sessions.beginInBrowser({
        person: { id: world.id, subject, name: 'Bob' },
        role: 'new',
      })
      const headers = { cookie: `latchkey=${token}`, ...csrf }
      return {
        call: (server) => server.call('POST', '/auth/sign-out', { headers }),
        check: async (again) => {
          // Signed out already is signed out.
          expect([200, 401]).toContain(again.status)
          expect(await world.listed()).toEqual([])
          expect((await world.sound.call('GET', '/v1/me', { headers })).status).toBe(401)
        },
      }
    })
  })
})
