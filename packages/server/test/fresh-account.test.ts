/**
 * A password that is used right after its account was made: B2C does not know the account yet (AADB2C99002) and is asked
 * again. The clock is moved on by whoever waits, so nobody really does.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { type LocalAzureFixtures, test } from '@latchkey/local-azure/testing'
import { afterEach, expect } from 'vitest'
import { createLocalServer, type LocalServer } from './support/local-server.ts'

const password = 'Front-Door-4297'

/** How long the directory takes to show what was made. */
async function setLag({ endpoints }: LocalAzure, seconds: number): Promise<void> {
  const { origin } = new URL(endpoints.graph.endpoint)
  const answer = await fetch(`${origin}/emulator/replication-lag`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ seconds }),
  })
  expect(answer.ok).toBe(true)
}

afterEach<LocalAzureFixtures>(({ localAzure }) => setLag(localAzure, 0))

interface World {
  readonly server: LocalServer
  /** The pauses that were waited for, in milliseconds. */
  readonly waits: number[]
  /** How often B2C was asked for a password. */
  attempts(): number
}

async function createWorld(localAzure: LocalAzure, lagSeconds: number): Promise<World> {
  const { clock } = localAzure
  const waits: number[] = []
  const server = createLocalServer(localAzure, {
    ports: {
      clock: {
        now: () => clock.now(),
        schedule: (delayMs, callback) => {
          const cancel = clock.schedule(delayMs, callback)
          waits.push(delayMs)
          queueMicrotask(() => clock.advanceSeconds(delayMs / 1000))
          return cancel
        },
      },
    },
  })
  // Discovery, keys and groups are there, and what was seeded a moment ago is not hidden.
  await server.api('CheckAccount', { email: 'bob@contoso.example' })
  clock.advanceSeconds(60)
  await setLag(localAzure, lagSeconds)
  return {
    server,
    waits,
    attempts: () =>
      localAzure.requests
        .list('entra')
        .filter(({ method, path }) => method === 'POST' && /b2c_1_ropc/i.test(path)).length,
  }
}

test.for([
  { lagSeconds: 0, pauses: [] },
  { lagSeconds: 0.2, pauses: [250] },
  { lagSeconds: 0.7, pauses: [250, 500] },
  { lagSeconds: 3.7, pauses: [250, 500, 1_000, 2_000] },
])(
  'after $lagSeconds s: signed in, asked again after $pauses',
  async ({ lagSeconds, pauses }, { localAzure }) => {
    const { server, waits, attempts } = await createWorld(localAzure, lagSeconds)
    const email = `fresh-${lagSeconds}@contoso.example`
    const { id } = await server.latchkey.parts.accounts.create({ email, displayName: 'Fresh', password })
    localAzure.requests.clear()
    waits.length = 0
    const body = { grant: 'password', email, password }
    expect(await server.call('POST', '/v1/sessions', { body })).toMatchObject({
      status: 201,
      json: { subject: id },
    })
    expect(waits).toEqual(pauses)
    expect(attempts()).toBe(pauses.length + 1)
  },
)

test('an account that does not come is a refusal like any other, after four pauses', async ({
  localAzure,
}) => {
  const { server, waits, attempts } = await createWorld(localAzure, 600)
  const email = 'fresh-never@contoso.example'
  await server.latchkey.parts.accounts.create({ email, displayName: 'Fresh', password })
  localAzure.requests.clear()
  waits.length = 0
  const answer = await server.api('GetRefreshAndAccessToken', { email, password })
  expect(waits.slice(0, 4)).toEqual([250, 500, 1_000, 2_000])
  expect(attempts()).toBe(5)
  const wrong = await server.api('GetRefreshAndAccessToken', {
    email: 'bob@contoso.example',
    password: 'wrong',
  })
  expect([answer.status, answer.text]).toEqual([400, wrong.text])
})

test('a wrong password is not asked for again', async ({ localAzure }) => {
  const { server, attempts } = await createWorld(localAzure, 0)
  localAzure.requests.clear()
  const answer = await server.api('GetRefreshAndAccessToken', {
    email: 'bob@contoso.example',
    password: 'wrong',
  })
  expect([answer.status, attempts()]).toEqual([400, 1])
})
