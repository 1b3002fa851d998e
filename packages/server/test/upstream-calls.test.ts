/**
 * How many requests each flow costs the services behind, counted in local Azure's request log: the promises of
 * docs/upstream-calls.md.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { alice, bob, fetchIdToken } from './support/sign-in-page.ts'

interface Counts {
  readonly provider: number
  readonly graph: number
  readonly cosmos: number
}

async function count(
  localAzure: LocalAzure,
  flow: () => Promise<{ readonly status: number }>,
  status = 200,
): Promise<Counts> {
  localAzure.requests.clear()
  expect((await flow()).status).toBe(status)
  const entra = localAzure.requests.list('entra').map(({ path }) => path)
  // A query of the SDK is two requests, one of which is for a plan that is only looked at when the query is refused.
  const cosmos = localAzure.requests.list('cosmos').length
  const graph = entra.filter((path) => path.startsWith('/graph/')).length
  return { provider: entra.length - graph, graph, cosmos }
}

const asText = ({ provider, graph, cosmos }: Counts): string => `${provider} | ${graph} | ${cosmos}`

test('every flow, warm', async ({ localAzure }) => {
  const own = createLocalServer(localAzure)
  const upstream = createLocalServer(localAzure, { environment: { LATCHKEY_API_TOKENS: 'upstream' } })
  const signIn = (server: LocalServer, who: object) =>
    server.api('GetRefreshAndAccessToken', who as Record<string, string>)
  const refreshTokenOf = async (server: LocalServer) => (await signIn(server, bob)).json.token.refresh_token

  // Warm: discovery documents, keys, the app token, groups and the roles' shared part are there.
  for (const server of [own, upstream]) {
    await server.api('GetResourceTokens', { refresh_token: await refreshTokenOf(server) })
    await server.api('GetRefreshAndAccessToken', { id_token: await fetchIdToken(localAzure, bob) })
    await server.api('CheckAccount', { email: 'warm@contoso.example' })
    await server.api('GetResourceTokens')
  }
  const admin = await signIn(own, alice)
  const auth = { auth_token: admin.json.token.access_token }
  await own.api('CheckAccount', { email: 'warmer@contoso.example' })
  await own.api('UpdateRole', { ...auth, email: 'warmer@contoso.example', role: 'editor' }, 'POST')
  const bearer: string = (await signIn(own, bob)).json.token.access_token
  const idToken = await fetchIdToken(localAzure, bob)
  const [ownToken, upstreamToken] = [await refreshTokenOf(own), await refreshTokenOf(upstream)]
  const rotated = (await own.api('RefreshToken', { refresh_token: ownToken })).json.token.refresh_token
  const rotatedTwice = await refreshTokenOf(own)

  const measured: Record<string, Counts> = {
    'CheckAccount, existing': await count(localAzure, () => own.api('CheckAccount', { email: bob.email })),
    'CheckAccount, new': await count(localAzure, () =>
      own.api('CheckAccount', { email: 'n@contoso.example' }),
    ),
    'GetRefreshAndAccessToken, id token': await count(localAzure, () => signIn(own, { id_token: idToken })),
    'GetRefreshAndAccessToken, password': await count(localAzure, () => signIn(own, bob)),
    'GetRefreshAndAccessToken, password, upstream': await count(localAzure, () => signIn(upstream, bob)),
    RefreshToken: await count(localAzure, () => own.api('RefreshToken', { refresh_token: rotated })),
    'RefreshToken, upstream': await count(localAzure, () =>
      upstream.api('RefreshToken', { refresh_token: upstreamToken }),
    ),
    'GetResourceTokens, guest': await count(localAzure, () => own.api('GetResourceTokens')),
    'GetResourceTokens, access token': await count(localAzure, () =>
      own.call('POST', '/v1/tokens/cosmos', { bearer, body: {} }),
    ),
    'GetResourceTokens, refresh token': await count(localAzure, () =>
      own.api('GetResourceTokens', { refresh_token: rotatedTwice }),
    ),
    'GetResourceTokens, upstream': await count(localAzure, () =>
      upstream.api('GetResourceTokens', { refresh_token: upstreamToken }),
    ),
    'GetUserInfo, by address': await count(localAzure, () => own.api('GetUserInfo', { email: bob.email })),
    'GetUserInfo, by access token': await count(localAzure, () => own.call('GET', '/v1/me', { bearer })),
    'CreateRolePermission, role': await count(localAzure, () =>
      own.api('CreateRolePermission', { ...auth, role: 'editor' }, 'POST'),
    ),
    UpdateRole: await count(localAzure, () =>
      own.api('UpdateRole', { ...auth, email: 'warm@contoso.example', role: 'editor' }, 'POST'),
    ),
    'Refused: a wrong password': await count(
      localAzure,
      () => signIn(own, { email: bob.email, password: 'wrong' }),
      400,
    ),
    'Refused: a refresh token of nobody': await count(
      localAzure,
      () => own.api('RefreshToken', { refresh_token: 'made-up' }),
      400,
    ),
    'Refused: an admin function, to somebody who is none': await count(
      localAzure,
      () => own.api('CreateRolePermission', { auth_token: bearer, role: 'editor' }, 'POST'),
      403,
    ),
    'Refused: a wrong function key': await count(
      localAzure,
      () => own.call('GET', '/api/GetResourceTokens?code=wrong'),
      401,
    ),
  }

  const { cosmos: _cosmos, ...signInCost } = measured['GetRefreshAndAccessToken, password'] ?? { cosmos: 0 }
  expect(signInCost).toEqual({ provider: 1, graph: 1 })
  expect(measured['GetRefreshAndAccessToken, id token']).toMatchObject({ provider: 0, graph: 1 })
  expect(measured['GetResourceTokens, access token']).toEqual({ provider: 0, graph: 0, cosmos: 1 })
  expect(measured['GetResourceTokens, refresh token']).toEqual({ provider: 0, graph: 0, cosmos: 2 })
  expect(measured['GetResourceTokens, guest']).toEqual({ provider: 0, graph: 0, cosmos: 0 })
  expect(measured['RefreshToken']).toEqual({ provider: 0, graph: 0, cosmos: 1 })

  const table = Object.fromEntries(Object.entries(measured).map(([flow, counts]) => [flow, asText(counts)]))
  expect(table).toEqual(documented())
})

test('a new person costs one user and then its permissions together', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const { objectId } = (await server.api('CheckAccount', { email: 'fresh@contoso.example' })).json.user
  const { provider, sessions } = server.latchkey.parts
  const subject = (await provider.subjectOf(objectId)) ?? { issuer: '', subject: '' }
  const begin = () => sessions.begin({ person: { id: objectId, subject, name: 'F' }, role: 'new' })
  await server.call('POST', '/v1/tokens/cosmos', { bearer: (await begin()).accessToken })
  await server.latchkey.parts.stores.permissions.removeUser(`${objectId}.new`)
  const { accessToken } = await begin()
  const counts = await count(localAzure, () =>
    server.call('POST', '/v1/tokens/cosmos', { bearer: accessToken }),
  )
  // The read that finds nobody, the user, one permission for each of its two tables, and the live session before and after.
  expect(counts).toEqual({ provider: 0, graph: 0, cosmos: 6 })
})

/** The figures as docs/upstream-calls.md states them. */
function documented(): Record<string, string> {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/upstream-calls.md'), 'utf8')
  const rows = [...page.matchAll(/^\| ([^|]+) \| (\d+ \| \d+ \| \d+) \|/gm)]
  return Object.fromEntries(rows.map(([, flow = '', figures = '']) => [flow, figures]))
}
