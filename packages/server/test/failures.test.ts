/** What a failed call leaves: a line as loud as it is, with a class and a place and no text, and a word to the app. */

import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { createJsonLog, createMemoryStores, type LatchkeyPorts, type LogEvent } from '../src/index.ts'
import { createLocalServer } from './support/local-server.ts'
import { bob } from './support/sign-in-page.ts'

class StoreBug extends TypeError {}

/** Ports with a store that has a bug, whose text is a secret and looks like a stack. */
function createBuggy(fail: () => unknown) {
  const stores = createMemoryStores()
  const lines: string[] = []
  const told: { readonly error: unknown; readonly correlationId: string }[] = []
  const ports: LatchkeyPorts = {
    stores: {
      ...stores,
      sessions: {
        ...stores.sessions,
        create: async () => {
          throw fail()
        },
      },
    },
    log: createJsonLog((line) => lines.push(line)),
    onUnexpectedError: (error, correlationId) => {
      told.push({ error, correlationId })
      throw new Error('and the app fails too')
    },
  }
  return { ports, lines, told }
}

const events = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as LogEvent)

describe('what nobody foresaw', () => {
  test('is told by class and place, and whole to the app alone', async ({ localAzure }) => {
    const bug = new StoreBug('secret-1\n    at /home/secret-2/src/secret-3.ts:1:2')
    const { ports, lines, told } = createBuggy(() => bug)
    const server = createLocalServer(localAzure, { ports })
    const answer = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } })
    expect(answer).toMatchObject({ status: 500, json: { code: 'internal_error' } })
    expect(events(lines)).toContainEqual({
      at: expect.any(String),
      level: 'error',
      event: 'failure',
      correlationId: answer.json.correlationId,
      route: '/v1/sessions',
      reason: 'unknown',
      errorClass: 'StoreBug',
      frame: expect.stringMatching(/^failures\.test\.ts:\d+$/),
    })
    expect(told).toEqual([{ error: bug, correlationId: answer.json.correlationId }])
    expect(`${answer.text}${lines.join('')}`).not.toContain('secret')
    expect(lines.join('')).not.toContain('password')
  })

  const foreign = (stack: string) => Object.assign(new Error('x'), { stack })
  class Strange extends Error {}
  Object.defineProperty(Strange, 'name', { value: 'a secret\n"' })
  const asPublished =
    'Error: x\n    at a (node:fs:1:2)\n    at b (file:///a/node_modules/jose/dist/j.js:3:4)\n' +
    '    at async c (file:///a/node_modules/@latchkey/server/dist/stores/cosmos/users.js:5:6)'
  const cases: readonly (readonly [string, () => unknown, string, unknown])[] = [
    ['a text', () => 'secret', 'string', undefined],
    ['nothing', () => undefined, 'undefined', undefined],
    ['an error without a stack', () => foreign(''), 'Error', undefined],
    ['an error as published', () => foreign(asPublished), 'Error', 'stores/cosmos/users.js:5'],
    ['a class of a strange name', () => new Strange('x'), 'object', expect.any(String)],
  ]
  test.for(cases)('%s', async ([, fail, errorClass, frame], { localAzure }) => {
    const { ports, lines } = createBuggy(fail)
    const server = createLocalServer(localAzure, { ports })
    const answer = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } })
    expect(answer.status).toBe(500)
    const failure = events(lines).find(({ event }) => event === 'failure')
    expect(failure).toMatchObject({ level: 'error', errorClass })
    expect(failure?.frame).toEqual(frame)
    expect(lines.join('')).not.toContain('secret')
  })
})

test('what a client can mend is quiet, what a service behind did is a warning', async ({ localAzure }) => {
  const { ports, lines, told } = createBuggy(() => new Error())
  const server = createLocalServer(localAzure, { ports })
  await server.call('GET', '/v1/me')
  localAzure.faults.add({ service: 'entra', match: 'token', kind: 'reset', times: 9 })
  await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } })
  const levels = events(lines).flatMap(({ event, level, route }) =>
    event === 'failure' ? [[route, level]] : [],
  )
  expect(levels).toEqual([
    ['/v1/me', 'info'],
    ['/v1/sessions', 'warn'],
  ])
  expect(told).toEqual([])
})

test('an unknown path is a request like any other: in the log, within a limit, readable for pages', async ({
  localAzure,
}) => {
  const lines: string[] = []
  const origin = 'https://app.contoso.example'
  const server = createLocalServer(localAzure, {
    environment: { LATCHKEY_ALLOWED_ORIGINS: origin },
    ports: { log: createJsonLog((line) => lines.push(line)) },
    app: { limits: { open: { points: 3, seconds: 60 } } },
  })
  const calls = [
    ['GET', '/v1/nothing'],
    ['POST', '/nothing'],
    ['PATCH', '/v1/health'],
    ['GET', '/v1/nothing'],
  ] as const
  const statuses: number[] = []
  for (const [method, path] of calls) {
    const { status, headers } = await server.call(method, path, { headers: { origin } })
    statuses.push(status)
    expect(headers.get('access-control-allow-origin')).toBe(origin)
  }
  expect(statuses).toEqual([404, 404, 405, 429])
  const requests = events(lines).filter(({ event }) => event === 'request')
  expect(requests.map(({ status }) => status)).toEqual(statuses)
  expect(lines.join('')).not.toContain('nothing')
})

test.for([
  ['a/b', 'characters'],
  ['a\\b', 'characters'],
  ['a#b', 'characters'],
  ['a?b', 'characters'],
  ['a\u0000b', 'characters'],
  [' a', 'characters'],
  ['x'.repeat(191), 'longer_than_190_bytes'],
  ['é'.repeat(96), 'longer_than_190_bytes'],
  ['', 'missing'],
  [7, 'missing'],
] as const)(
  'an id of your own that Cosmos cannot hold is told as such: %j',
  async ([id, reason], { localAzure }) => {
    const lines: string[] = []
    const server = createLocalServer(localAzure, {
      ports: {
        log: createJsonLog((line) => lines.push(line)),
        authenticate: async () => ({
          id: id as string,
          subject: { issuer: 'my', subject: '1' },
          name: 'Me',
          role: 'new',
        }),
      },
    })
    const answer = await server.call('POST', '/v1/tokens/cosmos', { body: {} })
    expect(answer).toMatchObject({ status: 500, json: { code: 'unusable_person_id' } })
    expect(events(lines)).toContainEqual(expect.objectContaining({ event: 'failure', reason }))
  },
)

test.for([['support'], ['New'], ['a.b'], [undefined]] as const)(
  'a role of your own that is not configured is told as such: %j',
  async ([role], { localAzure }) => {
    const server = createLocalServer(localAzure, {
      ports: {
        authenticate: async () => ({
          id: 'of-no-role',
          subject: { issuer: 'my', subject: '1' },
          name: 'Me',
          role: role as string,
        }),
      },
    })
    const answer = await server.call('POST', '/v1/tokens/cosmos', { body: {} })
    expect(answer).toMatchObject({ status: 500, json: { code: 'unusable_person_role' } })
    const { permissions } = server.latchkey.parts.stores
    expect(await permissions.usersWith('of-no-role.')).toEqual([])
  },
)

test('an id of your own with anything else in it is fine', async ({ localAzure }) => {
  const server = createLocalServer(localAzure, {
    ports: {
      authenticate: async () => ({
        id: 'auth0|é@x.com',
        subject: { issuer: 'my', subject: '1' },
        name: 'Me',
        role: 'new',
      }),
    },
  })
  const { json } = await server.call('POST', '/v1/tokens/cosmos', { body: {} })
  expect(json.permissions).toContainEqual(expect.objectContaining({ partitionKey: ['auth0|é@x.com'] }))
})
