import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Environment, parseSettings } from '../src/index.ts'
import { key, production } from './support/environment.ts'

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
    auditDays: 400,
    api: { enabled: true, tokens: 'own', allowSecretsInQuery: false },
    allowedOrigins: [],
    trustedProxies: [],
  })
  expect(settings.signingKeys.map(({ kid }) => kid)).toEqual(['k2', 'k1'])
  expect(settings.graph?.tokenEndpoint).toBe(
    'https://login.microsoftonline.com/66666666-7777-8888-9999-000000000000/oauth2/v2.0/token',
  )
})

describe.for(['../README.md', '../../../README.md'])('the minimum in %s', (file) => {
  const readme = readFileSync(join(import.meta.dirname, file), 'utf8')
  const [, section = ''] =
    /^## (?:Settings|With real Azure)\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(readme) ?? []
  const [b2c = {}, change = {}] = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) =>
    Object.fromEntries(
      [...block.matchAll(/^(LATCHKEY_\w+)=(.*)$/gm)].map(([, name, value = '']) => [
        String(name),
        value.replace(/<.*>/, key(5)),
      ]),
    ),
  )

  test.for([
    ['b2c', b2c],
    ['external-id', { ...b2c, ...change }],
  ] as const)('starts a server in production: %s', ([kind, minimum]) => {
    expect(parseSettings({ ...minimum, NODE_ENV: 'production' }).provider.kind).toBe(kind)
    for (const name of Object.keys(minimum))
      expect(() => parseSettings({ ...minimum, NODE_ENV: 'production', [name]: '' })).toThrow(name)
  })

  test('is beside no variable that nothing reads', () => {
    const folder = join(import.meta.dirname, '../src/settings')
    const source = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    const read = new Set(source.join('\n').match(/LATCHKEY_[A-Z_]*[A-Z]/g))
    expect((readme.match(/LATCHKEY_[A-Z_]*[A-Z]/g) ?? []).filter((name) => !read.has(name))).toEqual([])
  })
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
    ['LATCHKEY_AUDIT_DAYS', '0'],
    ['LATCHKEY_AUDIT_DAYS', '3651'],
    ['LATCHKEY_ROLES', 'admin'],
    ['LATCHKEY_ROLES', 'admin,new,a b'],
    ['LATCHKEY_API', 'maybe'],
    ['LATCHKEY_ALLOW_SECRETS_IN_QUERY', 'yes'],
    ['LATCHKEY_ALLOWED_ORIGINS', '*'],
    ['LATCHKEY_ALLOWED_ORIGINS', 'https://app.contoso.example/'],
    ['LATCHKEY_ALLOWED_ORIGINS', 'http://app.contoso.example'],
    ['LATCHKEY_TRUSTED_PROXIES', 'everybody'],
    ['LATCHKEY_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['LATCHKEY_TRUSTED_PROXIES', '10.0.0.1,0.0.0.0/0'],
    ['LATCHKEY_TRUSTED_PROXIES', '128.0.0.0/1'],
    ['LATCHKEY_TRUSTED_PROXIES', '10.0.0.0/7'],
    ['LATCHKEY_TRUSTED_PROXIES', 'platform,::/0'],
    ['LATCHKEY_TRUSTED_PROXIES', '2000::/3'],
    ['LATCHKEY_TRUSTED_PROXIES', '2a00::/15'],
    ['LATCHKEY_TRUSTED_PROXIES', '::ffff:0:0/96'],
    ['LATCHKEY_PUBLIC_URL', undefined],
    ['LATCHKEY_PUBLIC_URL', 'https://api.contoso.example?tenant=a'],
    ['LATCHKEY_PUBLIC_URL', 'https://api.contoso.example/?'],
    ['LATCHKEY_PUBLIC_URL', 'https://api.contoso.example/#top'],
    ['LATCHKEY_PUBLIC_URL', `https://user:${'pass-value'}@api.contoso.example`],
    ['LATCHKEY_COSMOS_ENDPOINT', 'https://contoso.documents.azure.com/?a=1'],
    ['LATCHKEY_GRAPH_ENDPOINT', 'https://graph.microsoft.com/v1.0?a=1'],
    ['LATCHKEY_METADATA_URL', `${production.LATCHKEY_METADATA_URL}#x`],
    ['LATCHKEY_RESET_METADATA_URL', 'http://contoso.b2clogin.com/x'],
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

describe('everything that is wrong', () => {
  const thrownBy = (environment: Environment): { message: string; details: Record<string, unknown> } => {
    try {
      parseSettings(environment)
    } catch (error) {
      return error as never
    }
    throw new Error('Nothing was thrown')
  }

  test('is named at once, with reasons and without values', () => {
    const secret = 'hunter2-hunter2-hunter2-hunter2-hunter2'
    const { message, details } = thrownBy({
      ...production,
      LATCHKEY_CLIENT_ID: '',
      LATCHKEY_CLIENT_CERTIFICATE: secret,
      LATCHKEY_COSMOS_ENDPOINT: `https://user:${secret}@contoso.documents.azure.com`,
      LATCHKEY_SIGNING_KEYS: `k1:${secret}`,
      LATCHKEY_REFRESH_KEYS: undefined,
      LATCHKEY_ROLES: 'editor',
      LATCHKEY_RESOURCE_TOKEN_SECONDS: secret,
      LATCHKEY_PUBLIC_URL: 'ftp://contoso.example',
    })
    expect(message.split('\n')).toEqual([
      '8 settings are missing or wrong:',
      '  LATCHKEY_CLIENT_CERTIFICATE and LATCHKEY_CLIENT_SECRET exclude each other',
      '  LATCHKEY_CLIENT_ID is not set',
      '  LATCHKEY_COSMOS_ENDPOINT must be an http or https address without credentials',
      '  LATCHKEY_ROLES must include admin',
      '  LATCHKEY_SIGNING_KEYS must hold keys of at least 32 bytes in base64',
      '  LATCHKEY_REFRESH_KEYS is not set',
      '  LATCHKEY_RESOURCE_TOKEN_SECONDS must be a whole number from 600 to 86400',
      '  LATCHKEY_PUBLIC_URL must be an http or https address without credentials',
    ])
    expect(details['variable']).toBe('LATCHKEY_CLIENT_CERTIFICATE')
    expect(String(details['variables']).split(',')).toHaveLength(8)
    expect(message + JSON.stringify(details)).not.toContain('hunter2')
  })

  test('upstream tokens need a provider that takes passwords', () => {
    const environment = {
      ...production,
      LATCHKEY_API_TOKENS: 'upstream',
      LATCHKEY_ROPC_METADATA_URL: undefined,
    }
    expect(thrownBy(environment).details['variables']).toBe('LATCHKEY_API_TOKENS')
    expect(thrownBy({ ...environment, LATCHKEY_PROVIDER: 'openid-connect' }).details['variables']).toContain(
      'LATCHKEY_API_TOKENS',
    )
    const { api } = parseSettings({ ...environment, LATCHKEY_PROVIDER: 'external-id' })
    expect(api.tokens).toBe('upstream')
  })

  test('an issuer without a directory has none', () => {
    const environment = {
      ...production,
      LATCHKEY_PROVIDER: 'openid-connect',
      LATCHKEY_GRAPH_TENANT_ID: undefined,
    }
    const { message, details } = thrownBy(environment)
    expect(details['variables']).toBe('LATCHKEY_GRAPH_ENDPOINT')
    expect(message).toContain('must not be set with LATCHKEY_PROVIDER=openid-connect')
    expect(parseSettings({ ...environment, LATCHKEY_GRAPH_ENDPOINT: undefined }).graph).toBeUndefined()
  })

  test('of an empty environment is what everybody needs', () => {
    expect(thrownBy({}).details['variables']).toBe(
      'LATCHKEY_PROVIDER,LATCHKEY_METADATA_URL,LATCHKEY_CLIENT_ID,LATCHKEY_COSMOS_ENDPOINT,LATCHKEY_COSMOS_KEY,' +
        'LATCHKEY_SIGNING_KEYS,LATCHKEY_REFRESH_KEYS,LATCHKEY_PUBLIC_URL',
    )
  })

  test.for([
    [{ LATCHKEY_METADATA_URL: 'nonsense', NODE_ENV: 'development', LATCHKEY_CLIENT_SECRET: localKey }],
    [{ LATCHKEY_METADATA_URL: 'nonsense', LATCHKEY_GRAPH_DOMAIN: undefined }],
    [{ LATCHKEY_ROPC_METADATA_URL: 'nonsense', LATCHKEY_API_TOKENS: 'upstream' }],
    [{ LATCHKEY_PROVIDER: 'okta', LATCHKEY_API_TOKENS: 'upstream', LATCHKEY_GRAPH_ENDPOINT: undefined }],
    [{ LATCHKEY_API: 'maybe' }],
    [{ LATCHKEY_COSMOS_ENDPOINT: 'nonsense', NODE_ENV: 'development', LATCHKEY_COSMOS_KEY: localKey }],
  ] satisfies [Environment][])('one mistake is one complaint: %j', ([environment]) => {
    const [name] = Object.keys(environment)
    expect(thrownBy({ ...production, ...environment }).details['variables']).toBe(name)
  })

  test.for([undefined, null, 'text'])('an environment that is %j is refused with the same code', (given) => {
    expect(thrownBy(given as never)).toMatchObject({ code: 'ERR_SERVER_SETTINGS' })
  })
})

describe('this machine', () => {
  const accepts = (name: string, value: string, stage: string): boolean => {
    try {
      parseSettings({ ...production, NODE_ENV: stage, [name]: value })
      return true
    } catch (error) {
      expect(error).toMatchObject({ details: { variables: name } })
      return false
    }
  }

  test.for([
    'https://localhost:4285',
    'https://localhost.:4285',
    'https://app.localhost',
    'https://127.1.2.3',
    'https://[::1]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:7f00:1]:4285',
    'https://2130706433',
    'https://0.0.0.0',
    'https://0',
    'https://[::]',
  ])('%s is refused in production, whatever it is for', (address) => {
    for (const name of ['LATCHKEY_PUBLIC_URL', 'LATCHKEY_COSMOS_ENDPOINT', 'LATCHKEY_METADATA_URL'])
      expect(accepts(name, address, 'production')).toBe(false)
    expect(accepts('LATCHKEY_ALLOWED_ORIGINS', new URL(address).origin, 'production')).toBe(false)
  })

  test.for([
    ['http://localhost.:4285', true, true],
    ['http://127.1.2.3:4285', true, true],
    ['http://[::ffff:127.0.0.1]:4285', true, true],
    // Browsers look for it on their own machine, Node asks DNS.
    ['http://app.localhost:4285', true, false],
    ['http://0.0.0.0:4285', false, false],
    ['https://0.0.0.0:4285', false, false],
    ['http://[::]:4285', false, false],
    ['http://192.168.1.2:4285', false, false],
  ] as const)(
    'in development %s is where browsers go: %s, and where keys go: %s',
    ([address, browsers, keys]) => {
      expect(accepts('LATCHKEY_PUBLIC_URL', address, 'development')).toBe(browsers)
      expect(accepts('LATCHKEY_ALLOWED_ORIGINS', new URL(address).origin, 'development')).toBe(browsers)
      expect(accepts('LATCHKEY_COSMOS_ENDPOINT', address, 'development')).toBe(keys)
    },
  )

  test('a local key goes nowhere that is not sure to be this machine', () => {
    const opens = (endpoint: string): boolean => {
      const local = { NODE_ENV: 'development', LATCHKEY_COSMOS_KEY: localKey }
      try {
        return !!parseSettings({ ...production, ...local, LATCHKEY_COSMOS_ENDPOINT: endpoint })
      } catch {
        return false
      }
    }
    expect(opens('https://127.0.0.1:4283')).toBe(true)
    for (const host of ['a.localhost', '0.0.0.0', '127.0.0.1.contoso.example', 'localhost.contoso.example'])
      expect(opens(`https://${host}:4283`)).toBe(false)
  })

  test('a local secret is refused beside a real directory, by whatever name that has', () => {
    const local = { NODE_ENV: 'development', LATCHKEY_GRAPH_DOMAIN: 'contoso.onmicrosoft.com' }
    for (const host of ['contoso.b2clogin.com.', 'login.contoso.example'])
      expect(() =>
        parseSettings({
          ...production,
          ...local,
          LATCHKEY_METADATA_URL: `https://${host}/x`,
          LATCHKEY_CLIENT_SECRET: localKey,
        }),
      ).toThrow('LATCHKEY_CLIENT_SECRET')
    expect(() => parseSettings({ ...production, ...local, LATCHKEY_GRAPH_CLIENT_SECRET: localKey })).toThrow(
      'LATCHKEY_GRAPH_CLIENT_SECRET',
    )
  })
})

test.for(['10.0.0.0/8', '192.168.1.1', '2400:cb00::/32', 'fd00::/16', '::ffff:10.0.0.0/104', 'platform'])(
  'a proxy may be %s',
  (proxy) => {
    const { trustedProxies } = parseSettings({ ...production, LATCHKEY_TRUSTED_PROXIES: proxy })
    expect(trustedProxies).toEqual([proxy])
  },
)

test('a public address is kept in its one spelling, with a path and without a slash at its end', () => {
  const publicUrl = (text: string): string =>
    parseSettings({ ...production, LATCHKEY_PUBLIC_URL: text }).publicUrl
  expect(publicUrl('HTTPS://App.Contoso.example:443/')).toBe('https://app.contoso.example')
  expect(publicUrl('https://contoso.example/app//')).toBe('https://contoso.example/app')
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
})
