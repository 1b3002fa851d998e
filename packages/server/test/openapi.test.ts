/** The OpenAPI document: valid, complete, and enough for whoever knows nothing else. */

import { type LocalAzure, settingsOf } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect } from 'vitest'
import { routesOf } from '../src/http/app.ts'
import { createApp, createLatchkey, parseSettings } from '../src/index.ts'
import { communicationTokens } from '../src/tokens/communication.ts'
import { fluidTokens } from '../src/tokens/fluid.ts'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { alice } from './support/sign-in-page.ts'

const tokenServices = [communicationTokens(), fluidTokens({ mayOpen: () => 'write' as const })]
// biome-ignore lint/suspicious/noExplicitAny: a document is looked into
const documentOf = async (server: LocalServer): Promise<any> =>
  (await server.call('GET', '/v1/openapi.json')).json

function open(localAzure: LocalAzure, allowSecretsInQuery = false): LocalServer {
  return createLocalServer(localAzure, {
    ports: { tokenServices },
    environment: { LATCHKEY_ALLOW_SECRETS_IN_QUERY: String(allowSecretsInQuery) },
  })
}

test('it is valid OpenAPI 3.1', async ({ localAzure }) => {
  const document = await documentOf(open(localAzure))
  expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true })
  // The validator is no formality.
  document.paths['/v1/me'].get.responses = {}
  delete document.paths['/v1/health'].get.responses['200'].description
  expect((await new Validator().validate(document)).valid).toBe(false)
})

test('it has every route, each under a name of its own, and every reference leads somewhere', async ({
  localAzure,
}) => {
  const server = open(localAzure)
  const document = await documentOf(server)
  expect(document.openapi).toBe('3.1.0')
  const described = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const offered = routesOf(server.latchkey).map(
    ({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
  )
  expect(described.sort()).toEqual(offered.sort())
  const ids = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  )
  expect(new Set(ids).size).toBe(ids.length)
  for (const [, reference = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g))
    expect(
      reference.split('/').reduce((value: object, name) => Object(value)[name], document),
      reference,
    ).toBeDefined()
})

test('bodies are closed where the server is, and required where it requires them', async ({ localAzure }) => {
  const { paths } = await documentOf(open(localAzure))
  const { requestBody } = paths['/v1/sessions'].post
  const { oneOf } = requestBody.content['application/json'].schema
  expect(oneOf).toHaveLength(2)
  expect(oneOf[0].additionalProperties).toBe(false)
  expect(requestBody.required).toBe(true)
  expect(paths['/v1/users/{id}/role'].put.requestBody.required).toBe(true)
  expect(paths['/v1/tokens/communication'].post.requestBody.required).toBe(false)
})

test('a client made from it alone can replace what it has read', async ({ localAzure }) => {
  const server = open(localAzure)
  const { paths } = await documentOf(server)
  const { json } = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...alice } })
  const bearer: string = json.accessToken
  for (const [path, value, body] of [
    ['/v1/role-permissions', '/v1/role-permissions?dryRun=true', { value: [] }],
    ['/v1/users/{id}/role', `/v1/users/${json.subject}/role`, { role: 'admin' }],
  ] as const) {
    const header = paths[path].put.parameters.find((each: { in: string }) => each.in === 'header')
    expect(header).toMatchObject({ name: 'If-Match', required: true })
    const readPath = path.replace(/\/role$/, '')
    expect(Object.keys(paths[readPath].get.responses['200'].headers)).toEqual(['ETag'])
    const read = await server.call('GET', value.replace(/\/role$|\?.*/g, ''), { bearer })
    const headers = { [header.name]: read.headers.get('ETag') ?? '' }
    expect((await server.call('PUT', value, { bearer, body })).status).toBe(428)
    expect((await server.call('PUT', value, { bearer, headers, body })).status).toBe(200)
    expect(paths[path].put.responses).toMatchObject({ 412: {}, 428: {} })
  }
})

test('secrets are parameters of the query only where they are taken there, and lists never', async ({
  localAzure,
}) => {
  const namesOf = async (allowed: boolean, path: string, method: string) => {
    const { paths } = await documentOf(open(localAzure, allowed))
    return (paths[path][method].parameters ?? []).map(({ name }: { name: string }) => name)
  }
  expect(await namesOf(false, '/api/UpdateRole', 'post')).toEqual(['email', 'role'])
  expect(await namesOf(true, '/api/UpdateRole', 'post')).toEqual([
    'auth_token',
    'refresh_token',
    'email',
    'role',
  ])
  expect(await namesOf(false, '/api/GetRefreshAndAccessToken', 'get')).toEqual(['email'])
  expect(await namesOf(true, '/api/CreateRolePermission', 'post')).toEqual([
    'auth_token',
    'role',
    'table',
    'dryRun',
  ])
})

test('what /api insists on, answers and takes as proof', async ({ localAzure }) => {
  const { paths } = await documentOf(open(localAzure))
  const check = paths['/api/CheckAccount']
  expect(check.get.parameters).toMatchObject([{ name: 'email', required: true }])
  expect(check.post.parameters).toMatchObject([{ name: 'email', required: false }])
  const inBody = check.post.requestBody.content['application/json'].schema
  expect(inBody.required).toEqual(['email'])
  const { user } = check.post.responses['200'].content['application/json'].schema.properties
  expect(Object.keys(user.properties)).toContain('signInNames')
  const tokens = paths['/api/GetResourceTokens'].post
  expect(tokens.security).toContainEqual({ functionKey: [], bearer: [] })
  expect(tokens.security).toContainEqual({ functionKey: [] })
  expect(paths['/api/RefreshToken'].post.security).not.toContainEqual({ functionKey: [], bearer: [] })
  expect(Object.keys(tokens.responses)).toEqual([
    '200',
    '400',
    '401',
    '403',
    '413',
    '415',
    '429',
    '500',
    '502',
    '503',
  ])
})

test('it is the same wherever it is read, and names the cookie that is set there', async ({ localAzure }) => {
  const document = await documentOf(open(localAzure))
  expect(document.servers).toEqual([{ url: '/' }])
  expect(document.components.securitySchemes.cookie.name).toBe('latchkey')
  expect(JSON.stringify(document)).not.toContain('127.0.0.1')
  const settings = {
    ...parseSettings({ ...settingsOf(localAzure.endpoints), NODE_ENV: 'development' }),
    publicUrl: 'https://app.contoso.example',
  }
  const overHttps = await createApp(createLatchkey(settings)).request('/v1/openapi.json')
  expect(await overHttps.json()).toMatchObject({
    components: { securitySchemes: { cookie: { name: '__Host-latchkey' } } },
  })
})
