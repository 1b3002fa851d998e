/**
 * GetResourceTokens by refresh token: whatever fails beside the refresh uses nothing up. Each retry comes after the grace
 * of ten seconds, when a token that was used up would end its session.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { type LocalAzureFixtures, test } from '@latchkey/local-azure/testing'
import { afterEach, describe, expect } from 'vitest'
import type { LatchkeyPorts } from '../src/index.ts'
import { dieAt } from './support/crash.ts'
import { type Answer, createLocalServer, type LocalServer } from './support/local-server.ts'
import { bob } from './support/sign-in-page.ts'

const pastGraceSeconds = 11

/** The clock of local Azure, on which the pauses between attempts take no time. */
function impatient({ clock }: LocalAzure): Pick<LatchkeyPorts, 'clock'> {
  return {
    clock: {
      now: () => clock.now(),
      schedule: (delayMs, callback) => {
        if (delayMs > 1_100) return clock.schedule(delayMs, callback)
        const timer = setImmediate(callback)
        return () => clearImmediate(timer)
      },
    },
  }
}

interface SignedIn {
  readonly refreshToken: string
  readonly subject: string
}

afterEach<LocalAzureFixtures>(({ localAzure }) => localAzure.faults.clear())

/** A session of bob's, without what limits sign-ins. */
async function signIn({ latchkey: { parts } }: LocalServer): Promise<SignedIn> {
  const id = (await parts.accounts.findByEmail(bob.email))?.id ?? ''
  const subject = (await parts.provider.subjectOf(id)) ?? { issuer: '', subject: '' }
  const { refreshToken } = await parts.sessions.begin({ person: { id, subject, name: 'Bob' }, role: 'new' })
  return { refreshToken, subject: id }
}

const ask = (server: LocalServer, refreshToken: string): Promise<Answer> =>
  server.api('GetResourceTokens', { refresh_token: refreshToken })

const generationOf = async (server: LocalServer, refreshToken: string): Promise<number | undefined> => {
  const stored = await server.latchkey.parts.stores.sessions.read(refreshToken.split('.')[2] ?? '')
  return stored?.session.generation
}

/** The requests to Cosmos of one call, in order, each once. */
async function requestsOf(localAzure: LocalAzure, call: () => Promise<unknown>): Promise<readonly string[]> {
  localAzure.requests.clear()
  await call()
  const requests = localAzure.requests.list('cosmos').toReversed()
  return [...new Set(requests.map(({ method, path }) => `${method} ${path}`))]
}

const exactly = (line: string): string => `/^${line.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$/`

describe.for([
  { whose: 'a new person, in a process that has just started', isWarm: false },
  { whose: 'a returning person', isWarm: true },
])('$whose', ({ isWarm }) => {
  test('a request upstream that fails, whichever it is, uses nothing up', async ({ localAzure }) => {
    const sound = createLocalServer(localAzure)
    const { parts } = sound.latchkey
    const prepare = async () => {
      const server = createLocalServer(localAzure, { ports: impatient(localAzure) })
      const { refreshToken, subject } = await signIn(sound)
      if (isWarm) await ask(server, (await signIn(sound)).refreshToken)
      else await parts.stores.permissions.removeUser(`${subject}.new`)
      return { server, refreshToken }
    }
    await ask(sound, (await signIn(sound)).refreshToken)
    const first = await prepare()
    const requests = await requestsOf(localAzure, () => ask(first.server, first.refreshToken))
    expect(requests.length).toBeGreaterThanOrEqual(isWarm ? 2 : 8)
    // The write that uses the token up is the last of all.
    expect(requests.at(-1)).toMatch(/^PATCH .*\/colls\/Sessions\/docs\//)

    for (const request of requests) {
      const { server, refreshToken } = await prepare()
      // Each session is a document of its own.
      const match = exactly(request).replace(/Sessions.*docs.*\$/, 'Sessions\\/docs\\/[^/]+$')
      localAzure.faults.add({ service: 'cosmos', match, kind: '503', times: 1_000 })
      const failed = await ask(server, refreshToken)
      expect([request, failed.status, failed.json.success]).toEqual([request, expect.any(Number), false])
      expect(failed.status).toBeGreaterThanOrEqual(502)
      localAzure.faults.clear()
      localAzure.clock.advanceSeconds(pastGraceSeconds)
      expect([request, await generationOf(sound, refreshToken)]).toEqual([request, 1])

      const answer = await ask(server, refreshToken)
      expect([request, answer.status]).toEqual([request, 200])
      expect(answer.json.permissions.length).toBeGreaterThanOrEqual(2)
      const next = await server.api('RefreshToken', { refresh_token: answer.json.refreshToken })
      expect(next.status).toBe(200)
    }
  })
})

test('killed between any two steps, only the write at the end has used the token up', async ({
  localAzure,
}) => {
  const sound = createLocalServer(localAzure)
  await ask(sound, (await signIn(sound)).refreshToken)
  const consumed: number[] = []
  let deaths = 0
  for (let step = 0; ; step += 1) {
    const { refreshToken, subject } = await signIn(sound)
    await sound.latchkey.parts.stores.permissions.removeUser(`${subject}.new`)
    const crash = dieAt(localAzure, step)
    const answer = await ask(createLocalServer(localAzure, { ports: crash.ports }), refreshToken)
    if (!crash.hasDied()) {
      expect(answer.status).toBe(200)
      break
    }
    deaths += 1
    localAzure.clock.advanceSeconds(pastGraceSeconds)
    if ((await generationOf(sound, refreshToken)) === 1)
      expect([step, (await ask(sound, refreshToken)).status]).toEqual([step, 200])
    else consumed.push(step)
  }
  expect(deaths).toBeGreaterThanOrEqual(14)
  // An answer that was lost after the write is what the grace is for, here as for RefreshToken.
  expect(consumed).toEqual([deaths - 1])
})

test('a lost answer to the write that uses the token up is no failure', async ({ localAzure }) => {
  const server = createLocalServer(localAzure, { ports: impatient(localAzure) })
  const { refreshToken } = await signIn(server)
  await ask(server, (await signIn(server)).refreshToken)
  localAzure.faults.add({
    service: 'cosmos',
    match: '/colls/Sessions/docs/',
    kind: 'drop-response',
    times: 1,
  })
  const answer = await ask(server, refreshToken)
  expect(answer.status).toBe(200)
  localAzure.clock.advanceSeconds(pastGraceSeconds)
  expect((await ask(server, answer.json.refreshToken)).status).toBe(200)
})

test('a used token ends its family although what is asked for cannot be had', async ({ localAzure }) => {
  const server = createLocalServer(localAzure, { ports: impatient(localAzure) })
  const { refreshToken } = await signIn(server)
  const { refreshToken: second } = (await ask(server, refreshToken)).json
  localAzure.faults.add({ service: 'cosmos', match: '/users/', kind: '503', times: 1_000 })
  // In its grace it is good still, and the failure is the answer.
  expect((await ask(server, refreshToken)).status).toBe(503)
  localAzure.clock.advanceSeconds(pastGraceSeconds)
  expect((await ask(server, refreshToken)).status).toBe(400)
  localAzure.faults.clear()
  expect((await ask(server, second)).status).toBe(400)
})

test('a role that changed in the portal is the one that counts, and a failure for it uses nothing up', async ({
  localAzure,
}) => {
  const server = createLocalServer(localAzure, { ports: impatient(localAzure) })
  const { accounts, stores } = server.latchkey.parts
  const { refreshToken, subject } = await signIn(server)
  await ask(server, (await signIn(server)).refreshToken)
  await accounts.addToGroup(subject, 'editor')
  localAzure.clock.advanceSeconds(3_601)
  try {
    // What the new role shares is read by the first of its members only, and fails.
    localAzure.faults.add({ service: 'cosmos', match: '/users/editor', kind: '503', times: 1_000 })
    expect((await ask(server, refreshToken)).status).toBe(503)
    localAzure.faults.clear()
    localAzure.clock.advanceSeconds(pastGraceSeconds)
    const answer = await ask(server, refreshToken)
    expect(answer).toMatchObject({ status: 200, json: { group: 'editor' } })
    const own = await stores.permissions.read(`${subject}.editor`, 600)
    expect(own?.map(({ container }) => container)).toEqual(['User'])
    const next = (await server.api('RefreshToken', { refresh_token: answer.json.refreshToken })).status
    expect(next).toBe(200)
  } finally {
    await accounts.removeFromGroup(subject, 'editor')
  }
})

test("B2C's own token stays good whatever fails after the exchange", async ({ localAzure }) => {
  const environment = { LATCHKEY_API_TOKENS: 'upstream' }
  const server = createLocalServer(localAzure, { environment, ports: impatient(localAzure) })
  const signedIn = await server.api('GetRefreshAndAccessToken', bob as unknown as Record<string, string>)
  const refreshToken: string = signedIn.json.token.refresh_token
  for (const [service, match] of [
    ['entra', '/graph/'],
    ['cosmos', '/users/'],
  ] as const) {
    localAzure.faults.add({ service, match, kind: '503', times: 1_000 })
    expect((await ask(server, refreshToken)).status).toBeGreaterThanOrEqual(502)
    localAzure.faults.clear()
    localAzure.clock.advanceSeconds(pastGraceSeconds)
    expect((await ask(server, refreshToken)).status).toBe(200)
  }
})

test('who a refresh token is of is told by it, and changed by nobody', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const { refreshToken, subject } = await signIn(server)
  const fields = refreshToken.split('.')
  const holder = Buffer.from(fields[4] ?? '', 'base64url').toString()
  expect(JSON.parse(holder)).toEqual(['new', subject])
  const promoted = Buffer.from(holder.replace('new', 'admin')).toString('base64url')
  localAzure.requests.clear()
  expect((await ask(server, fields.with(4, promoted).join('.'))).status).toBe(400)
  const asked = localAzure.requests.list('cosmos').filter(({ path }) => !path.includes('/colls/Audit'))
  expect(asked).toEqual([])
})
