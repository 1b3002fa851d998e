/**
 * Keys of local Azure beside anything real, and passwords that would go elsewhere than people sign in.
 */

import { describe, expect, test } from 'vitest'
import { type Environment, parseSettings } from '../src/index.ts'
import { key, production } from './support/environment.ts'

const localKey = `LatchkeyLocalKey${Buffer.alloc(52, 3).toString('base64')}`
const randomBytes = Uint8Array.from({ length: 52 }, (_none, index) => (5 + index * 91) % 256)
const freshLocalKey = `LatchkeyLocalKey${Buffer.from(randomBytes).toString('base64')}`
const policy = (base: string, name: string) =>
  `${base}/contoso.onmicrosoft.com/${name}/v2.0/.well-known/openid-configuration`

/** Everything on this machine, with local keys for the services and real ones for the server itself. */
const local: Environment = {
  ...production,
  NODE_ENV: 'development',
  LATCHKEY_METADATA_URL: policy('http://127.0.0.1:4281', 'B2C_1_signupsignin'),
  LATCHKEY_ROPC_METADATA_URL: policy('http://127.0.0.1:4281', 'B2C_1_ropc'),
  LATCHKEY_RESET_METADATA_URL: policy('http://127.0.0.1:4281', 'B2C_1_passwordreset'),
  LATCHKEY_CLIENT_SECRET: localKey,
  LATCHKEY_GRAPH_ENDPOINT: 'http://127.0.0.1:4282/v1.0',
  LATCHKEY_GRAPH_CLIENT_SECRET: localKey,
  LATCHKEY_COSMOS_ENDPOINT: 'http://127.0.0.1:4283',
  LATCHKEY_COSMOS_KEY: localKey,
  LATCHKEY_COMMUNICATION_CONNECTION_STRING: `endpoint=http://127.0.0.1:4284/;accesskey=${localKey}`,
  LATCHKEY_FLUID_ENDPOINT: 'http://127.0.0.1:4286',
  LATCHKEY_FLUID_PRIMARY_KEY: freshLocalKey,
}

const refusedIn = (environment: Environment): readonly string[] => {
  try {
    parseSettings(environment)
    return []
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_SERVER_SETTINGS' })
    expect(String(error)).not.toContain('LatchkeyLocalKey')
    return String((error as { details: { variables: string } }).details.variables).split(',')
  }
}

describe.for([
  ['LATCHKEY_SIGNING_KEYS', `k1:${key(1)},emulator-1:${freshLocalKey}`],
  ['LATCHKEY_REFRESH_KEYS', `emulator-1:${freshLocalKey}`],
  ['LATCHKEY_API_KEY', freshLocalKey],
] as const)('a local key in %s', ([name, value]) => {
  test('goes with what is on this machine', () => {
    expect(refusedIn({ ...local, [name]: value })).toEqual([])
  })

  const realKeys = {
    LATCHKEY_COSMOS_KEY: key(7),
    LATCHKEY_GRAPH_CLIENT_SECRET: 'graph-secret',
    LATCHKEY_FLUID_PRIMARY_KEY: key(11),
    LATCHKEY_CLIENT_SECRET: 'client-secret',
  }
  const real = (...names: readonly string[]): Environment =>
    Object.fromEntries(names.map((each) => [each, production[each]]))
  test.for([
    ['LATCHKEY_METADATA_URL', real('LATCHKEY_METADATA_URL', 'LATCHKEY_ROPC_METADATA_URL')],
    ['LATCHKEY_GRAPH_ENDPOINT', real('LATCHKEY_GRAPH_ENDPOINT')],
    [
      'LATCHKEY_GRAPH_TOKEN_ENDPOINT',
      { LATCHKEY_GRAPH_TOKEN_ENDPOINT: 'https://login.microsoftonline.us/contoso/oauth2/v2.0/token' },
    ],
    ['LATCHKEY_COSMOS_ENDPOINT', real('LATCHKEY_COSMOS_ENDPOINT')],
    ['LATCHKEY_COMMUNICATION_CONNECTION_STRING', real('LATCHKEY_COMMUNICATION_CONNECTION_STRING')],
    [
      'LATCHKEY_COMMUNICATION_ENDPOINT',
      {
        LATCHKEY_COMMUNICATION_CONNECTION_STRING: undefined,
        LATCHKEY_COMMUNICATION_ENDPOINT: 'https://contoso.communication.azure.com',
      },
    ],
    ['LATCHKEY_FLUID_ENDPOINT', real('LATCHKEY_FLUID_ENDPOINT')],
  ] satisfies [string, Environment][])(
    'never makes sessions of real people: beside a real %s',
    ([, beside]) => {
      // The reset address goes with the sign-in one.
      const reset = 'LATCHKEY_METADATA_URL' in beside ? { LATCHKEY_RESET_METADATA_URL: undefined } : {}
      const mixed = { ...local, ...realKeys, ...beside, ...reset }
      expect(refusedIn(mixed)).toEqual([])
      expect(refusedIn({ ...mixed, [name]: value })).toEqual([name])
    },
  )

  test('nor beside a wrong address: that is one mistake', () => {
    expect(refusedIn({ ...local, [name]: value, LATCHKEY_COSMOS_ENDPOINT: 'nonsense' })).toEqual([
      'LATCHKEY_COSMOS_ENDPOINT',
    ])
  })
})

test('the keys of local Azure with its sign-in page, and all else real', () => {
  const { LATCHKEY_METADATA_URL, LATCHKEY_CLIENT_SECRET } = local
  const refused = refusedIn({
    ...production,
    NODE_ENV: 'development',
    LATCHKEY_METADATA_URL,
    LATCHKEY_CLIENT_SECRET,
    LATCHKEY_SIGNING_KEYS: `emulator-1:${freshLocalKey}`,
    LATCHKEY_REFRESH_KEYS: `emulator-1:${freshLocalKey}`,
  })
  expect(refused).toEqual(['LATCHKEY_ROPC_METADATA_URL', 'LATCHKEY_SIGNING_KEYS', 'LATCHKEY_REFRESH_KEYS'])
})

test('a local secret is not shown to a real token address', () => {
  const token = 'https://login.microsoftonline.us/contoso/oauth2/v2.0/token'
  expect(refusedIn({ ...local, LATCHKEY_GRAPH_TOKEN_ENDPOINT: token })).toEqual([
    'LATCHKEY_GRAPH_CLIENT_SECRET',
  ])
})

describe('passwords go where people sign in, and nowhere else', () => {
  const custom = policy('https://login.contoso.example', 'B2C_1_signupsignin')
  const own = policy('https://contoso.b2clogin.com', 'B2C_1_x')
  const byId = own.replace('contoso.onmicrosoft.com', '66666666-7777-8888-9999-000000000000')

  test.for(['LATCHKEY_ROPC_METADATA_URL', 'LATCHKEY_RESET_METADATA_URL'])('%s', (name) => {
    const accepts = (url: string, environment: Environment = {}) => {
      const both = { LATCHKEY_ROPC_METADATA_URL: undefined, LATCHKEY_RESET_METADATA_URL: undefined }
      const refused = refusedIn({ ...production, ...both, ...environment, [name]: url })
      expect([[], [name]]).toContainEqual(refused)
      return refused.length === 0
    }
    expect(accepts(own)).toBe(true)
    expect(accepts(own.replace('contoso.b2clogin.com', 'CONTOSO.b2clogin.com:443'))).toBe(true)
    for (const host of [
      'evil.example',
      'evil.b2clogin.com',
      'contoso.b2clogin.com.evil.example',
      'contoso.b2clogin.com.',
      'contoso.b2clogin.com:444',
      'contoso-b2clogin.com',
      'login.contoso.example',
    ])
      expect([host, accepts(policy(`https://${host}`, 'B2C_1_x'))]).toEqual([host, false])
    expect(accepts('http://127.0.0.1:4281/x', { NODE_ENV: 'development' })).toBe(false)

    // A directory with a domain of its own for sign-in is still at the one that B2C gave it, and nobody else is there.
    expect(accepts(custom, { LATCHKEY_METADATA_URL: custom })).toBe(true)
    expect(accepts(own, { LATCHKEY_METADATA_URL: custom })).toBe(true)
    const domain = { LATCHKEY_GRAPH_DOMAIN: 'Contoso.onmicrosoft.com' }
    expect(accepts(byId, { LATCHKEY_METADATA_URL: 'https://login.contoso.example/x', ...domain })).toBe(true)
    const other = own.replace('contoso.b2clogin', 'fabrikam.b2clogin')
    expect(accepts(other, { LATCHKEY_METADATA_URL: custom })).toBe(false)
    // A name that the sign-in address does not give and nobody set is no proof of anything.
    const unnamed = {
      LATCHKEY_METADATA_URL: 'https://login.contoso.example/x',
      LATCHKEY_GRAPH_DOMAIN: 'contoso.example',
    }
    expect(accepts(own, unnamed)).toBe(false)
  })
})
