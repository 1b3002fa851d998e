/** What plain JavaScript can hand to the public functions: refused by code, with the option's name, from nowhere inside. */

import { isLatchkeyError } from '@latchkey/common'
import { describe, expect, test } from 'vitest'
import * as client from '../src/client/index.ts'
import * as server from '../src/index.ts'
import { communicationTokens } from '../src/tokens/communication.ts'
import { fluidTokens } from '../src/tokens/fluid.ts'
import { production } from './support/environment.ts'

// biome-ignore lint/suspicious/noExplicitAny: this is what the compiler would refuse
type Anything = any
const { createLatchkey, createApp, createJsonLog, createMemoryStores, parseSettings } = server as Anything
const { createLatchkeyClient, createCosmosClients } = client as Anything
const communication = communicationTokens as Anything
const fluid = fluidTokens as Anything

const settings = server.parseSettings(production)
const stores = server.createMemoryStores()
const latchkey = server.createLatchkey(settings, { stores })

function messageOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    expect(isLatchkeyError(error, 'ERR_SERVER_SETTINGS'), String(error)).toBe(true)
    return (error as Error).message
  }
  throw new Error('Nothing was thrown')
}

describe.each([[undefined], [null], ['text'], [7]])('%j is not', (given) => {
  test.for([
    ['an environment', () => parseSettings(given), 'environment'],
    ['settings', () => createLatchkey(given), 'settings'],
    ['a server', () => createApp(given), 'latchkey'],
    ['a way to write', () => createJsonLog(given), 'write'],
    ['a rule for documents', () => fluid(given), 'options'],
  ] as const)('%s', ([, call, name]) => {
    expect(messageOf(call)).toContain(name)
  })
})

// Left out, they have defaults.
describe.each([[null], ['text'], [7]])('%j is not', (given) => {
  test.for([
    ['ports', () => createLatchkey(settings, given), 'ports'],
    ['options of an app', () => createApp(latchkey, given), 'options'],
    ['options of memory', () => createMemoryStores(given), 'options'],
    ['options for chat', () => communication(given), 'options'],
  ] as const)('%s', ([, call, name]) => {
    expect(messageOf(call)).toContain(name)
  })
})

describe('settings made by hand', () => {
  test('are told everything that is missing, and no value', () => {
    const { cosmos, roles, ...rest } = settings
    const message = messageOf(() =>
      createLatchkey({ ...rest, cosmos: { ...cosmos, key: 'secret-as-text' }, publicUrl: 'secret-text' }),
    )
    expect(message.split('\n').map((line) => line.trim().split(':')[0])).toEqual([
      'The settings are not whole',
      'settings.roles',
      'settings.cosmos.key',
      'settings.publicUrl',
    ])
    expect(message).not.toMatch(/secret-as-text|secret-text/)
    expect(roles.length).toBeGreaterThan(0)
  })

  test.for(['a.b', 'Editor', '', 'x'.repeat(65), 'a/b'])('have no role called %j', (role) => {
    const message = messageOf(() => createLatchkey({ ...settings, roles: ['admin', role] }, { stores }))
    expect(message).toContain('settings.roles.1')
  })

  test.for([
    'environment',
    'provider',
    'roles',
    'cosmos',
    'signingKeys',
    'refreshKeys',
    'accessTokenSeconds',
    'resourceTokenSeconds',
    'auditDays',
    'api',
    'allowedOrigins',
    'trustedProxies',
    'publicUrl',
  ])('need %s', (name) => {
    expect(messageOf(() => createLatchkey({ ...settings, [name]: undefined }))).toContain(`settings.${name}`)
  })

  test('may leave out what is not needed', () => {
    const { graph, communication: chat, fluid: relay, ...least } = settings
    const openIdConnect = { ...least, provider: { ...least.provider, kind: 'openid-connect' as const } }
    expect(server.createLatchkey(openIdConnect).settings.publicUrl).toBe(settings.publicUrl)
    expect([graph, chat, relay].every(Boolean)).toBe(true)
    // Every sign-in would be looked for in a directory that cannot know it.
    expect(messageOf(() => createLatchkey({ ...openIdConnect, graph }))).toContain('settings.graph')
  })
})

test.for([
  ...['fetch', 'authenticate', 'log', 'onUnexpectedError'].map(
    (name) => [{ [name]: 7 }, `ports.${name}`] as const,
  ),
  ...['stores', 'accounts', 'provider', 'tracer', 'clock', 'random'].map(
    (name) => [{ [name]: 7 }, `ports.${name}`] as const,
  ),
  [{ clock: { now: Date.now } }, 'ports.clock.schedule'],
  [{ random: {} }, 'ports.random.token'],
  [{ sessionRules: { graceSeconds: 61 } }, 'ports.sessionRules.graceSeconds'],
  [{ sessionRules: { idleSeconds: '1' } }, 'ports.sessionRules.idleSeconds'],
  [{ tokenServices: communicationTokens() }, 'ports.tokenServices'],
  [{ tokenServices: [undefined] }, 'ports.tokenServices[0]'],
] as const)('ports %j', ([ports, name]) => {
  expect(messageOf(() => createLatchkey(settings, { stores, ...ports }))).toContain(`${name} must be`)
})

test.for([
  [{ surfaces: 'v1' }, 'options.surfaces'],
  [{ surfaces: ['v2'] }, 'options.surfaces'],
  [{ peerAddress: '127.0.0.1' }, 'options.peerAddress'],
  [{ limits: 7 }, 'options.limits'],
  [{ limits: { signin: { points: 1, seconds: 1 } } }, 'options.limits must be an object of signIn'],
  [{ limits: { signIn: 7 } }, 'options.limits.signIn'],
  [{ limits: { signIn: { points: -1, seconds: 1 } } }, 'options.limits.signIn.points'],
  [{ limits: { signIn: { points: 1 } } }, 'options.limits.signIn.seconds'],
] as const)('options of an app %j', ([options, name]) => {
  expect(messageOf(() => createApp(latchkey, options))).toContain(name)
})

test.for(['functions', 'constructor', null, 7])('a host that is %j', (host) => {
  expect(messageOf(() => parseSettings(production, host))).toContain('host must be')
})

test.for([
  [() => fluid({}), 'options.mayOpen'],
  [() => fluid({ mayOpen: () => 'none', lifetimeSeconds: 3_601 }), 'options.lifetimeSeconds'],
  [() => communication({ scopes: 'chat' }), 'options.scopes'],
  [() => communication({ scopes: ['chat', 'everything'] }), 'options.scopes'],
  [() => communication({ scopes: [] }), 'options.scopes'],
  [() => communication({ lifetimeMinutes: 59 }), 'options.lifetimeMinutes'],
  [() => communication({ onReconcile: 'log' }), 'options.onReconcile'],
  [() => communication({ purpose: 'a:b' }), 'options.purpose'],
] as const)('token services: %s', ([call, name]) => {
  expect(messageOf(call)).toContain(name)
})

test.for([
  [() => createLatchkeyClient(null), 'options'],
  [() => createLatchkeyClient('https://contoso.example'), 'options'],
  [() => createLatchkeyClient({ baseUrl: 7 }), 'baseUrl'],
  [() => createLatchkeyClient({ timeoutMs: 'soon' }), 'timeoutMs'],
  [() => createLatchkeyClient({ timeoutMs: 0 }), 'timeoutMs'],
  [() => createLatchkeyClient({ accessToken: 'eyJ' }), 'accessToken'],
  [() => createLatchkeyClient({ fetch: {} }), 'fetch'],
  [() => createCosmosClients(), 'clientClass'],
  [() => createCosmosClients(class {}), 'tokens'],
  [() => createCosmosClients(class {}, Promise.resolve({})), 'tokens'],
] as const)('in the page: %s', ([call, name]) => {
  let error: unknown
  try {
    call()
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(client.LatchkeyClientError)
  expect(error).toMatchObject({ code: 'ERR_CLIENT_OPTIONS', canRetry: false })
  expect((error as Error).message).toContain(`${name} must be`)
})
