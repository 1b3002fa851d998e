import { describe, expect, test } from 'vitest'
import {
  createFluidTokenRoute,
  createFluidTokenSigner,
  createFluidTokenVerifier,
  type FluidGrant,
  type FluidTokenAnswer,
  type FluidTokenRouteOptions,
} from '../src/index.ts'
import { documentId, nowMs, primary, secondary, tenantId, user } from './fixtures.ts'

interface Person {
  readonly id: string
}

const clock = { now: () => nowMs }
const signer = createFluidTokenSigner({ tenantId, keys: { primary }, clock })
const verifier = createFluidTokenVerifier({ tenantId, keys: { primary }, clock })
const url = 'https://api.contoso.example/v1/tokens/fluid'

const grant: FluidGrant = { user, scopes: ['doc:read', 'doc:write'], lifetimeSeconds: 600 }

// Ann is a member of one document and may create others.
const options: FluidTokenRouteOptions<Person> = {
  signer,
  authenticate: (request) =>
    request.headers.get('authorization') === 'Bearer ann' ? { id: 'ann' } : undefined,
  authorize: (_person, document) => (document === documentId || document === undefined ? grant : undefined),
}

async function post(
  body: unknown,
  change: Partial<FluidTokenRouteOptions<Person>> = {},
  init: RequestInit = {},
) {
  const request = new Request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer ann' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  })
  return answer(request, change)
}

async function answer(request: Request, change: Partial<FluidTokenRouteOptions<Person>> = {}) {
  const response = await createFluidTokenRoute({ ...options, ...change })(request)
  // On every answer, whatever it says.
  expect(response.headers.get('cache-control')).toBe('no-store')
  const text = await response.text()
  expect(text).not.toContain(primary)
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(text) as Record<string, unknown>,
  }
}

describe('a token', () => {
  test('is what the grant says, and nothing the caller says', async () => {
    const { status, body } = await post({ documentId })
    expect(status).toBe(200)
    const { token, expiresOn, ...rest } = body as unknown as FluidTokenAnswer
    expect(rest).toEqual({ tenantId, user })
    expect(expiresOn).toBe('2026-01-02T03:14:05.000Z')
    const claims = verifier.verify(token, { documentId })
    expect(claims).toMatchObject({ user, scopes: ['doc:read', 'doc:write'], documentId })
  })

  test('without a document creates one', async () => {
    const { body } = await post({})
    expect(verifier.verify(String(body['token']), { documentId: '' }).scopes).toEqual([
      'doc:read',
      'doc:write',
    ])
  })

  test('is signed for the tenant the grant names', async () => {
    const other = createFluidTokenSigner({ tenantId: 'other', keys: { primary: secondary }, clock })
    const { body } = await post({ documentId }, { authorize: async () => ({ ...grant, signer: other }) })
    expect(body['tenantId']).toBe('other')
    const judge = createFluidTokenVerifier({ tenantId: 'other', keys: { primary: secondary }, clock })
    expect(judge.verify(String(body['token']), { documentId }).user).toEqual(user)
  })
})

describe('refusals', () => {
  test('nobody: 401', async () => {
    const { status, headers, body } = await post(
      { documentId },
      {},
      { headers: { 'content-type': 'application/json' } },
    )
    expect([status, body['code'], headers.get('www-authenticate')]).toEqual([
      401,
      'unauthenticated',
      'Bearer',
    ])
    expect(headers.get('content-type')).toBe('application/problem+json')
  })

  test('another document: 403, which is what no decision means', async () => {
    const { status, headers, body } = await post({ documentId: 'other' })
    expect([status, body['code']]).toEqual([403, 'forbidden'])
    expect(headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope"')
  })

  test.for(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s: 405', async (method) => {
    const response = await createFluidTokenRoute(options)(new Request(url, { method }))
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test.for(['scopes=doc:write', 'user=eve', 'token=abc', 'documentId=doc-77'])('?%s: 400', async (query) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
    const { status, body } = await answer(new Request(`${url}?${query}`, init))
    expect([status, body['code']]).toEqual([400, 'query'])
    expect(JSON.stringify(body)).not.toContain(query.split('=')[1])
  })

  test.for(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', ''])(
    '%s: 415',
    async (type) => {
      const { status } = await post({ documentId }, {}, { headers: { 'content-type': type } })
      expect(status).toBe(415)
    },
  )

  test.for([
    ['not JSON', '{'],
    ['nothing', ''],
    ['an array', '[]'],
    ['null', 'null'],
    ['a text', '"d"'],
    ['scopes', { documentId, scopes: ['summary:write'] }],
    ['a user', { documentId, user: { id: 'eve', name: 'Eve' } }],
    ['a tenant', { documentId, tenantId: 'other' }],
    ['a prototype', '{"__proto__":{"documentId":"x"}}'],
    ['an empty document', { documentId: '' }],
    ['a null document', { documentId: null }],
    ['a numeric document', { documentId: 7 }],
    ['a path', { documentId: '../x' }],
  ] as const)('a body with %s: 400', async ([, body]) => {
    const { status, body: problem } = await post(body)
    expect([status, problem['code']]).toEqual([400, 'body'])
  })

  test('a body that is too long: 413, also without a length', async () => {
    const chunk = new TextEncoder().encode(' '.repeat(600))
    let sent = 0
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1
        controller.enqueue(chunk)
      },
    })
    const { status } = await post('', {}, { body: stream, duplex: 'half' } as RequestInit)
    expect(status).toBe(413)
    expect(sent).toBeLessThan(10)
  })
})

describe('a callback that fails', () => {
  test.for([
    ['authenticate', { authenticate: () => Promise.reject(new Error('database down at db-7')) }],
    [
      'authorize',
      {
        authorize: () => {
          throw new Error('database down at db-7')
        },
      },
    ],
  ] as const)('%s: 500 that says nothing, told to onError', async ([, change]) => {
    const errors: unknown[] = []
    const { status, body } = await post({ documentId }, { ...change, onError: (error) => errors.push(error) })
    expect(status).toBe(500)
    expect(JSON.stringify(body)).not.toContain('db-7')
    expect(errors).toMatchObject([{ message: 'database down at db-7' }])
  })

  test.for<[string, () => void]>([
    [
      'throws',
      () => {
        throw new Error('log down')
      },
    ],
    // A caller in plain JavaScript hands over an async function, which the type takes for one without an answer.
    ['rejects', (() => Promise.reject(new Error('log down'))) as () => void],
  ])('an onError that %s changes no answer', async ([, onError]) => {
    const authenticate = () => Promise.reject(new Error('database down'))
    const { status, body } = await post({ documentId }, { authenticate, onError })
    expect([status, body['code']]).toEqual([500, 'internal'])
  })

  test('a grant that cannot be signed poisons nobody: 500', async () => {
    const errors: unknown[] = []
    const nameless = { ...grant, user: { id: 'ann' } as never }
    const { status } = await post(
      { documentId },
      { authorize: () => nameless, onError: (error) => errors.push(error) },
    )
    expect(status).toBe(500)
    expect(errors).toMatchObject([{ code: 'ERR_FLUID_USER' }])
  })
})
