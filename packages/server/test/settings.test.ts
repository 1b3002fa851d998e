import { describe, expect, test } from 'vitest'
import { type Environment, parseSettings } from '../src/index.ts'

const key = (byte: number): string =>
  Buffer.from(Uint8Array.from({ length: 32 }, (_none, index) => (byte + index * 91) % 256)).toString('base64')

const production: Environment = {
  NODE_ENV: 'production',
  LATCHKEY_PROVIDER: 'b2c',
  LATCHKEY_METADATA_URL:
    'https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_signupsignin/v2.0/.well-known/openid-configuration',
  LATCHKEY_ROPC_METADATA_URL:
    'https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_ropc/v2.0/.well-known/openid-configuration',
  LATCHKEY_CLIENT_ID: '11111111-2222-3333-4444-555555555555',
  LATCHKEY_CLIENT_SECRET: 'client-secret',
  LATCHKEY_GRAPH_ENDPOINT: 'https://graph.microsoft.com/v1.0',
  LATCHKEY_GRAPH_TENANT_ID: '66666666-7777-8888-9999-000000000000',
  LATCHKEY_GRAPH_CLIENT_ID: '11111111-2222-3333-4444-666666666666',
  LATCHKEY_GRAPH_CLIENT_SECRET: 'graph-secret',
  LATCHKEY_COSMOS_ENDPOINT: 'https://contoso.documents.azure.com:443/',
  LATCHKEY_COSMOS_KEY: key(7),
  LATCHKEY_COMMUNICATION_CONNECTION_STRING: `endpoint=https://contoso.communication.azure.com/;accesskey=${key(9)}`,
  LATCHKEY_FLUID_ENDPOINT: 'https://us.fluidrelay.azure.com',
  LATCHKEY_FLUID_TENANT_ID: '66666666-0000-8888-9999-000000000000',
  LATCHKEY_FLUID_PRIMARY_KEY: key(11),
  LATCHKEY_SIGNING_KEYS: `k2:${key(2)},k1:${key(1)}`,
  LATCHKEY_REFRESH_KEYS: `k1:${key(3)}`,
  LATCHKEY_PUBLIC_URL: 'https://api.contoso.example',
}

const localKey = `LatchkeyLocalKey${Buffer.alloc(52, 3).toString('base64')}`

test('a complete environment becomes typed settings with the documented defaults', () => {
  const settings = parseSettings(production, 'functions-host')
  expect(settings).toMatchObject({
    environment: 'production',
    provider: { kind: 'b2c', credential: { kind: 'secret' }, policies: [] },
    graph: { domain: 'contoso.onmicrosoft.com' },
    roles: ['admin', 'editor', 'new', 'guest'],
    cosmos: { database: 'latchkey', systemDatabase: 'latchkey-system' },
    accessTokenSeconds: 900,
    resourceTokenSeconds: 3_600,
    api: { enabled: true, tokens: 'own', allowSecretsInQuery: false },
    allowedOrigins: [],
    trustedProxies: [],
  })
  expect(settings.signingKeys.map(({ kid }) => kid)).toEqual(['k2', 'k1'])
  expect(settings.graph?.tokenEndpoint).toBe(
    'https://login.microsoftonline.com/66666666-7777-8888-9999-000000000000/oauth2/v2.0/token',
  )
})

test('settings print no secret', () => {
  const text = JSON.stringify(parseSettings(production))
  for (const secret of ['client-secret', 'graph-secret', key(7), key(9), key(11), key(1)])
    expect(text).not.toContain(secret)
})

describe('stops start-up, naming the variable and not its value', () => {
  const wrong: readonly (readonly [string, string | undefined])[] = [
    ['LATCHKEY_PROVIDER', undefined],
    ['LATCHKEY_PROVIDER', 'okta'],
    ['LATCHKEY_METADATA_URL', 'http://contoso.b2clogin.com/x'],
    ['LATCHKEY_METADATA_URL', 'http://127.0.0.1:4281/x'],
    ['LATCHKEY_METADATA_URL', 'https://localhost:4291/x'],
    ['LATCHKEY_METADATA_URL', 'nonsense-value'],
    ['LATCHKEY_CLIENT_SECRET', localKey],
    ['LATCHKEY_GRAPH_ENDPOINT', undefined],
    ['LATCHKEY_GRAPH_CLIENT_SECRET', localKey],
    ['LATCHKEY_COSMOS_ENDPOINT', 'http://contoso.documents.azure.com'],
    ['LATCHKEY_COSMOS_ENDPOINT', `https://user:${'pass-value'}@contoso.documents.azure.com`],
    ['LATCHKEY_COSMOS_KEY', localKey],
    ['LATCHKEY_COMMUNICATION_CONNECTION_STRING', `endpoint=https://x.test/;accesskey=${localKey}`],
    ['LATCHKEY_FLUID_PRIMARY_KEY', localKey],
    ['LATCHKEY_COMMUNICATION_CONNECTION_STRING', `endpoint=https://x.test/;accesskey= ${localKey}`],
    ['LATCHKEY_COMMUNICATION_CONNECTION_STRING', `endpoint=https://x.test/;AccessKey =${localKey}`],
    ['LATCHKEY_COMMUNICATION_CONNECTION_STRING', `endpoint=http://x.test/;accesskey=${key(9)}`],
    ['LATCHKEY_COMMUNICATION_CONNECTION_STRING', `endpoint=https://localhost:4292/;accesskey=${key(9)}`],
    ['LATCHKEY_COMMUNICATION_CONNECTION_STRING', 'connection-value'],
    ['LATCHKEY_FLUID_PRIMARY_KEY', undefined],
    ['LATCHKEY_FLUID_PRIMARY_KEY', 'a'],
    ['LATCHKEY_FLUID_PRIMARY_KEY', '0123456789abcdef0123456789abcde'],
    ['LATCHKEY_FLUID_SECONDARY_KEY', 'ab'.repeat(32)],
    ['LATCHKEY_API_KEY', 'x'],
    ['LATCHKEY_API_KEY', 'short-but-random-7Hq2'],
    ['LATCHKEY_API_KEY', 'x'.repeat(64)],
    ['LATCHKEY_API_KEY', localKey],
    ['LATCHKEY_SIGNING_KEYS', undefined],
    ['LATCHKEY_SIGNING_KEYS', key(1)],
    ['LATCHKEY_SIGNING_KEYS', `k1:${key(1)},k1:${key(2)}`],
    ['LATCHKEY_SIGNING_KEYS', `emulator-1:${localKey}`],
    ['LATCHKEY_SIGNING_KEYS', `k1:${Buffer.alloc(31, 1).toString('base64')}`],
    ['LATCHKEY_REFRESH_KEYS', `k1:${Buffer.alloc(32).toString('base64')}`],
    [
      'LATCHKEY_REFRESH_KEYS',
      `k1:${Buffer.from('correct horse battery staple, again and again').toString('base64')}`,
    ],
    ['LATCHKEY_ACCESS_TOKEN_SECONDS', '59'],
    ['LATCHKEY_ACCESS_TOKEN_SECONDS', '9e2'],
    ['LATCHKEY_RESOURCE_TOKEN_SECONDS', '599'],
    ['LATCHKEY_RESOURCE_TOKEN_SECONDS', '86401'],
    ['LATCHKEY_ROLES', 'admin'],
    ['LATCHKEY_ROLES', 'admin,new,a b'],
    ['LATCHKEY_API', 'maybe'],
    ['LATCHKEY_ALLOW_SECRETS_IN_QUERY', 'yes'],
    ['LATCHKEY_ALLOWED_ORIGINS', '*'],
    ['LATCHKEY_ALLOWED_ORIGINS', 'https://app.contoso.example/'],
    ['LATCHKEY_ALLOWED_ORIGINS', 'http://app.contoso.example'],
    ['LATCHKEY_TRUSTED_PROXIES', 'everybody'],
    ['LATCHKEY_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['LATCHKEY_PUBLIC_URL', undefined],
    ['LATCHKEY_CLIENT_CERTIFICATE', 'certificate-value'],
  ]
  test.for(wrong)('%s = %s', ([name, value]) => {
    let error: unknown
    try {
      parseSettings({ ...production, [name]: value })
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ code: 'ERR_SERVER_SETTINGS', details: { variable: name } })
    const text = String(error)
    expect(text).toContain(name)
    if (value !== undefined && value.length > 8) expect(text).not.toContain(value)
  })
})

describe('/api without a function key', () => {
  const enabled = (environment: Environment, host?: 'functions-host' | 'own-server'): boolean =>
    parseSettings({ ...production, ...environment }, host).api.enabled

  test('is there where a Functions host checks keys', () => {
    expect(enabled({}, 'functions-host')).toBe(true)
    expect(enabled({ LATCHKEY_API: 'off' }, 'functions-host')).toBe(false)
  })

  test('is not there elsewhere, and asking for it stops start-up', () => {
    for (const stage of [{}, { NODE_ENV: 'development' }]) {
      expect(enabled(stage)).toBe(false)
      expect(enabled({ ...stage, LATCHKEY_API_KEY: key(21) })).toBe(true)
      expect(() => enabled({ ...stage, LATCHKEY_API: 'on' })).toThrow('LATCHKEY_API_KEY')
    }
  })
})

test('the directory is named by the metadata address, or by a setting', () => {
  const metadata =
    'https://contoso.ciamlogin.com/66666666-7777-8888-9999-000000000000/v2.0/.well-known/openid-configuration'
  const externalId = { ...production, LATCHKEY_PROVIDER: 'external-id', LATCHKEY_METADATA_URL: metadata }
  expect(() => parseSettings(externalId)).toThrow('LATCHKEY_GRAPH_DOMAIN')
  const named = parseSettings({ ...externalId, LATCHKEY_GRAPH_DOMAIN: 'contoso.onmicrosoft.com' })
  expect(named.graph?.domain).toBe('contoso.onmicrosoft.com')
})

describe('development', () => {
  const local = { LATCHKEY_COSMOS_ENDPOINT: 'http://127.0.0.1:4283', LATCHKEY_COSMOS_KEY: localKey }

  test.for([
    { NODE_ENV: 'development' },
    { NODE_ENV: undefined, AZURE_FUNCTIONS_ENVIRONMENT: 'Development' },
  ])('%j accepts local addresses and keys', (stage) => {
    expect(parseSettings({ ...production, ...local, ...stage }).environment).toBe('development')
  })

  test.for([
    { NODE_ENV: undefined },
    { NODE_ENV: 'test' },
    { NODE_ENV: 'development', WEBSITE_INSTANCE_ID: 'abc' },
    { NODE_ENV: 'development', AZURE_FUNCTIONS_ENVIRONMENT: 'Production' },
    { NODE_ENV: 'production', AZURE_FUNCTIONS_ENVIRONMENT: 'Development' },
  ])('%j does not', (stage) => {
    expect(() => parseSettings({ ...production, ...local, ...stage })).toThrow(/LATCHKEY_COSMOS/)
  })

  test('a local key never opens a real account, not even there', () => {
    const mixed = { ...production, NODE_ENV: 'development', LATCHKEY_COSMOS_KEY: localKey }
    expect(() => parseSettings(mixed)).toThrow('LATCHKEY_COSMOS_KEY')
    const secret = { ...production, NODE_ENV: 'development', LATCHKEY_CLIENT_SECRET: localKey }
    expect(() => parseSettings(secret)).toThrow('LATCHKEY_CLIENT_SECRET')
    const fluid = { ...production, NODE_ENV: 'development', LATCHKEY_FLUID_SECONDARY_KEY: localKey }
    expect(() => parseSettings(fluid)).toThrow('LATCHKEY_FLUID_SECONDARY_KEY')
  })

  test.for(['LATCHKEY_SIGNING_KEYS', 'LATCHKEY_REFRESH_KEYS'])(
    'a local key in %s never makes sessions of real people',
    (name) => {
      const local = `LatchkeyLocalKey${key(5)}`
      const keys = { NODE_ENV: 'development', [name]: `k1:${key(1)},emulator-1:${local}` }
      expect(() => parseSettings({ ...production, ...keys })).toThrow(name)
      const metadata = { LATCHKEY_METADATA_URL: 'http://127.0.0.1:4281/contoso.onmicrosoft.com/x' }
      expect(parseSettings({ ...production, ...keys, ...metadata }).environment).toBe('development')
    },
  )
})
