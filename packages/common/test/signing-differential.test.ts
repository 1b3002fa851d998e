/**
 * Azure's policy is the oracle for 10,000 generated requests at a fixed moment: the same headers, octet for octet, where
 * Azure signs what it sends. Where it does not, the defect is shown.
 */

import { Blob as NodeBlob } from 'node:buffer'
import { createHash } from 'node:crypto'
import { createCommunicationAccessKeyCredentialPolicy as createAzurePolicy } from '@azure/communication-common'
import { createHttpHeaders, createPipelineRequest, type PipelineRequest } from '@azure/core-rest-pipeline'
import {
  createCommunicationAccessKeyCredentialPolicy,
  createHeaderSigner,
  createRequestSigner,
  verifySignedRequest,
} from '@latchkey/common'
import { createSyncHeaderSigner } from '@latchkey/common/node'
import { createManualClock } from '@latchkey/common/testing'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const nowMs = Date.UTC(2026, 10, 21, 20, 0, 0)
const clock = createManualClock(nowMs)

beforeEach(() => {
  vi.useFakeTimers({ now: nowMs, toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

interface Policy {
  sendRequest(
    request: PipelineRequest,
    next: (request: PipelineRequest) => Promise<{ request: PipelineRequest; status: number; headers: never }>,
  ): Promise<unknown>
}

async function sign(policy: Policy, request: PipelineRequest): Promise<Record<string, string>> {
  const headers = createHttpHeaders() as never
  await policy.sendRequest(request, async (sent) => ({ request: sent, status: 200, headers }))
  return request.headers.toJSON()
}

const unreserved = fc.stringMatching(/^[A-Za-z0-9._~-]{1,12}$/)
const hosts = fc.constantFrom(
  'https://r.communication.azure.com',
  'http://localhost:4282',
  'https://a.example:443',
)
const queries = fc
  .array(fc.tuple(fc.string(), fc.string()), { maxLength: 4 })
  .map((pairs) => new URLSearchParams(pairs).toString())
const keys = fc
  .uint8Array({ minLength: 1, maxLength: 64 })
  .map((bytes) => Buffer.from(bytes).toString('base64'))
const requests = fc.record({
  key: keys,
  host: hosts,
  path: fc.array(unreserved, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`),
  query: queries,
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  body: fc.oneof(fc.string({ unit: 'binary' }), fc.constant(undefined)),
})

test('signs as Azure does: unreserved paths, form-encoded queries, text bodies', async () => {
  await fc.assert(
    fc.asyncProperty(requests, async ({ body, host, key, method, path, query }) => {
      const url = `${host}${path}${query && `?${query}`}`
      const create = (): PipelineRequest =>
        createPipelineRequest({ url, method: method as 'GET', ...(body !== undefined && { body }) })
      const theirs = await sign(createAzurePolicy({ key }), create())
      expect(await sign(createCommunicationAccessKeyCredentialPolicy({ key }, { clock }), create())).toEqual(
        theirs,
      )
      expect({ ...(await createHeaderSigner(key, { clock })({ method, url, body })) }).toEqual(theirs)
      expect(createSyncHeaderSigner(key, { clock })({ method, url, body })).toEqual(theirs)
    }),
    { numRuns: 10_000 },
  )
})

const key = Buffer.from('only for this test').toString('base64')

/** Judges, as the service does, what the policy left on the request. */
async function judge(policy: Policy, url: string, body?: unknown): Promise<boolean> {
  const request = createPipelineRequest({
    url,
    method: 'POST',
    ...(body !== undefined && { body: body as string }),
  })
  await sign(policy, request)
  const { pathname, search } = new URL(request.url)
  const sent = new Uint8Array(await new Response(request.body as Uint8Array<ArrayBuffer>).arrayBuffer())
  const received = { method: 'POST', target: pathname + search, headers: request.headers, body: sent }
  return (await verifySignedRequest(received, { keys: [key], clock })).ok
}

// Queries that Azure re-encodes before signing and then sends as they were.
test.for([
  'a=b%20c',
  'a=b:c',
  'a=(b)',
  'a=~',
  'a=b,c',
  '$top=1',
  'x',
  'a=%c3%a9',
  'a=é',
  'a==&&b=',
  'a=b+c%2B',
])('signs the query ?%s as it is sent', async (query) => {
  const url = `https://r.example/p?${query}`
  expect(await judge(createCommunicationAccessKeyCredentialPolicy({ key }, { clock }), url)).toBe(true)
})

test.for(['a=b%20c', 'a=b:c', '$top=1', 'x'])('Azure signs another query than ?%s', async (query) => {
  expect(await judge(createAzurePolicy({ key }), `https://r.example/p?${query}`)).toBe(false)
})

const bytes = Uint8Array.from({ length: 300 }, (_, at) => at % 256)
async function* nodeStream(): AsyncGenerator<Uint8Array | string> {
  yield bytes
  yield 'and text: é'
}

// Each with the bytes that belong on the wire.
test.for<[string, unknown, Uint8Array]>([
  ['a Uint8Array', bytes, bytes],
  ['a view into a larger buffer', new DataView(bytes.buffer, 7, 100), bytes.subarray(7, 107)],
  ['shared memory', new Uint8Array(new SharedArrayBuffer(3)).fill(7), Uint8Array.of(7, 7, 7)],
  ['an ArrayBuffer', bytes.buffer, bytes],
  ['a Blob', new Blob([bytes]), bytes],
  ['a Blob of node:buffer', new NodeBlob([bytes]), bytes],
  ['a web stream', new Blob([bytes]).stream(), bytes],
  ['a Node stream', nodeStream(), Uint8Array.from([...bytes, ...Buffer.from('and text: é')])],
  ['a function that answers a stream', () => new Blob([bytes]).stream(), bytes],
])('signs %s by its bytes, and sends those', async ([, body, expected]) => {
  const policy = createCommunicationAccessKeyCredentialPolicy({ key }, { clock })
  const request = createPipelineRequest({ url: 'https://r.example/p', method: 'POST', body: body as string })
  await sign(policy, request)
  const sent = new Uint8Array(await new Response(request.body as Uint8Array<ArrayBuffer>).arrayBuffer())
  expect(sent).toEqual(new Uint8Array(expected))
  const hash = createHash('sha256').update(expected).digest('base64')
  expect(request.headers.get('x-ms-content-sha256')).toBe(hash)
})

test('Azure hashes the text form of binary bodies', async () => {
  expect(await judge(createAzurePolicy({ key }), 'https://r.example/p', bytes)).toBe(false)
})

test('signs a fetch Request, body and all, and leaves the original usable', async () => {
  const signRequest = createRequestSigner(key, { clock })
  const controller = new AbortController()
  const original = new Request('http://127.0.0.1:4282/a%20b/c?x&y=(1)', {
    method: 'POST',
    body: new Blob([bytes]).stream(),
    duplex: 'half',
    headers: { 'content-type': 'application/octet-stream' },
    signal: controller.signal,
  })
  const [first, second] = [await signRequest(original), await signRequest(original)]
  for (const signed of [first, second]) {
    expect(signed.headers.get('content-type')).toBe('application/octet-stream')
    const body = new Uint8Array(await signed.clone().arrayBuffer())
    expect(body).toEqual(bytes)
    const received = { method: 'POST', target: '/a%20b/c?x&y=(1)', headers: signed.headers, body }
    expect(await verifySignedRequest(received, { keys: [key], clock })).toMatchObject({ ok: true })
  }
  expect(new Uint8Array(await original.arrayBuffer())).toEqual(bytes)
  controller.abort()
  expect(first.signal.aborted).toBe(true)
})

test('neither signs nor sends a question mark with nothing after it', async () => {
  const signed = await createRequestSigner(key, { clock })(
    new Request('https://r.example/p?#f', { headers: { accept: 'text/plain' } }),
  )
  expect(new URL(signed.url).href.split('#')[0]).toBe('https://r.example/p')
  expect(signed.headers.get('accept')).toBe('text/plain')
  const received = { method: 'GET', target: '/p', headers: signed.headers, body: new Uint8Array() }
  expect(await verifySignedRequest(received, { keys: [key], clock })).toMatchObject({ ok: true })
})

test('refuses a form that is not encoded yet, and a body of no known type', async () => {
  const policy = createCommunicationAccessKeyCredentialPolicy({ key }, { clock })
  const form = createPipelineRequest({ url: 'https://r.example/', method: 'POST', formData: { a: 'b' } })
  await expect(sign(policy, form)).rejects.toMatchObject({ code: 'ERR_SIGN_BODY' })
  await expect(judge(policy, 'https://r.example/', 7)).rejects.toMatchObject({ code: 'ERR_SIGN_BODY' })
  await expect(judge(policy, 'https://r.example/', {})).rejects.toMatchObject({ code: 'ERR_SIGN_BODY' })
})

test.for(['', 'not base64 !!', 'pw=', 'pw==\n', 'cHc'])('refuses the key %j at once', (bad) => {
  for (const create of [
    () => createCommunicationAccessKeyCredentialPolicy({ key: bad }),
    () => createHeaderSigner(bad),
    () => createRequestSigner(bad),
    () => createSyncHeaderSigner(bad),
  ]) {
    expect(create).toThrow(expect.objectContaining({ code: 'ERR_ACCESS_KEY' }))
  }
  expect(() => createAzurePolicy({ key: bad })).not.toThrow()
})
