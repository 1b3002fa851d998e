/**
 * How long an id token starts sessions: ten minutes, and none from before a new password.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { idTokenSeconds } from '../src/flows/sign-in.ts'
import { createLocalServer, externalIdOf, type LocalServer } from './support/local-server.ts'
import { bob, fetchIdToken } from './support/sign-in-page.ts'
import { unlimited } from './support/unlimited.ts'

const begin = (server: LocalServer, idToken: string) =>
  server.call('POST', '/v1/sessions', { body: { grant: 'id_token', idToken } })
const beginByApi = (server: LocalServer, idToken: string) =>
  server.api('GetRefreshAndAccessToken', { id_token: idToken })

/** The clock stands still but for this, and B2C's tokens begin on whole seconds. */
const skewSeconds = 60

describe.for(['b2c', 'externalId'] as const)('of %s', (provider) => {
  const serverOf = (localAzure: LocalAzure, reasons: unknown[]) =>
    createLocalServer(localAzure, {
      app: unlimited,
      ports: {
        log: ({ event, reason }) => {
          if (event === 'sign-in-failed') reasons.push(reason)
        },
      },
      environment: provider === 'b2c' ? {} : externalIdOf(localAzure),
    })

  test('counts for ten minutes and a minute that clocks may differ', async ({ localAzure }) => {
    const reasons: unknown[] = []
    const server = serverOf(localAzure, reasons)
    const idToken = await fetchIdToken(localAzure, bob, provider)
    const { iat, exp } = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString())
    expect(exp - iat).toBeGreaterThan(idTokenSeconds + skewSeconds)
    expect([(await begin(server, idToken)).status, (await beginByApi(server, idToken)).status]).toEqual([
      201, 200,
    ])
    localAzure.clock.advanceSeconds(idTokenSeconds + skewSeconds - 5)
    expect([(await begin(server, idToken)).status, (await beginByApi(server, idToken)).status]).toEqual([
      201, 200,
    ])

    localAzure.clock.advanceSeconds(6)
    const [late, lateByApi] = [await begin(server, idToken), await beginByApi(server, idToken)]
    expect([late.status, late.json.code]).toEqual([401, 'invalid_grant'])
    expect([lateByApi.status, lateByApi.json.success]).toEqual([400, false])
    const { sessions } = server.latchkey.parts.stores
    const id = (await server.latchkey.parts.accounts.findByEmail(bob.email))?.id ?? ''
    expect(await sessions.listOf(id, localAzure.clock.now())).toHaveLength(4)
    expect(reasons).toEqual(['too_old', 'too_old'])
    // Nothing is wrong with the person.
    expect((await begin(server, await fetchIdToken(localAzure, bob, provider))).status).toBe(201)
  })
})

test('a new password ends an id token of before, for whoever has it', async ({ localAzure }) => {
  const server = createLocalServer(localAzure, { app: unlimited })
  const idToken = await fetchIdToken(localAzure, bob)
  localAzure.clock.advanceSeconds(120)
  expect((await begin(server, idToken)).status).toBe(201)
  const metadata = localAzure.endpoints.entra.b2c.metadata.replace(
    'B2C_1_signupsignin',
    'B2C_1_passwordreset',
  )
  const page = { action: 'reset', email: bob.email, password: 'Another-Front-Door-9' }
  await fetchIdToken(localAzure, bob, 'b2c', { metadata, page })
  const refused = await begin(server, idToken)
  expect([refused.status, refused.json.code]).toEqual([401, 'invalid_grant'])
  const fresh = await fetchIdToken(localAzure, { ...bob, password: page.password })
  expect((await begin(server, fresh)).status).toBe(201)
})
