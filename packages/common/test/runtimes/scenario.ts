/**
 * One run through everything the package does, the same in every runtime: the test compares what it answers in Node, in
 * Chromium and on an edge runtime. It knows no test framework, and nothing of any one runtime.
 */

import {
  AzureCommunicationTokenCredential,
  createCommunicationAccessKeyCredentialPolicy,
  createHeaderSigner,
  createIdentifierFromRawId,
  createRequestSigner,
  formatRawId,
  isLatchkeyError,
  parseCompactJws,
  parseConnectionString,
  parseRawId,
  Secret,
  serializeCommunicationIdentifier,
  verifySignedRequest,
} from '../../src/index.ts'
import { createManualClock } from '../../src/testing.ts'

const startMs = Date.UTC(2022, 3, 13, 18, 9, 12, 451)
const key = 'pw=='

/** @param origin - A server that verifies signatures on the wire, or nothing. */
export async function runScenario(origin?: string): Promise<Record<string, unknown>> {
  return {
    identifiers: identifiers(),
    signing: await signing(),
    bodies: await bodies(),
    credential: await credential(),
    exchange: await exchange(),
    errors: errors(),
    wire: origin === undefined ? undefined : await onTheWire(origin),
  }
}

function identifiers(): unknown {
  const rawIds = ['4:+1_a', '8:acs:r_t_u', '8:acs:r_u', '8:gcch:o', '28:bot', '28:orgid:a', 'é\ud800']
  return rawIds.map((rawId) => [
    formatRawId(parseRawId(rawId)) === rawId,
    parseRawId(rawId),
    serializeCommunicationIdentifier(createIdentifierFromRawId(rawId)),
  ])
}

async function signing(): Promise<unknown> {
  const clock = createManualClock(startMs)
  const sign = createHeaderSigner(key, { clock })
  const url = 'https://example.com/testPath?testQuery=test'
  const headers = await sign({ method: 'GET', url })
  const received = {
    method: 'GET',
    target: '/testPath?testQuery=test',
    headers: new Map(Object.entries(headers)),
    body: new Uint8Array(),
  }
  const judge = async (change: object): Promise<unknown> => {
    const verdict = await verifySignedRequest({ ...received, ...change }, { keys: [key], clock })
    return verdict.ok ? verdict.keyIndex : verdict.reason
  }
  return [
    { ...headers },
    await sign({ method: 'POST', url: 'http://localhost:4282/a%20b?x', body: 'é\ud800' }),
    await judge({}),
    await judge({ method: 'PUT' }),
    await judge({ body: new Uint8Array(1) }),
  ]
}

async function bodies(): Promise<unknown> {
  const policy = createCommunicationAccessKeyCredentialPolicy({ key }, { clock: createManualClock(startMs) })
  const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 251)
  const hashes: unknown[] = []
  for (const body of ['text', bytes, bytes.buffer, new Blob([bytes]), new Blob([bytes]).stream()]) {
    const headers = new Map<string, string>()
    const request = { method: 'POST', url: 'https://r.example/', body: body as unknown, headers }
    await policy.sendRequest(request, async () => undefined)
    hashes.push(headers.get('x-ms-content-sha256'))
  }
  return hashes
}

async function credential(): Promise<unknown> {
  const clock = createManualClock(startMs)
  const calls: number[] = []
  const refreshing = new AzureCommunicationTokenCredential({
    clock,
    refreshProactively: true,
    random: () => 0,
    tokenRefresher: async () => {
      calls.push(clock.now() - startMs)
      return { token: `t${calls.length}`, expiresOnTimestamp: clock.now() + 3_600_000 }
    },
  })
  await clock.advance(2 * 3_600_000)
  const { token } = await refreshing.getToken()
  const aborted = AbortSignal.abort()
  const abort = await refreshing.getToken({ abortSignal: aborted }).catch((error: Error) => error.name)
  refreshing.dispose()
  const disposed = await refreshing.getToken().catch((error: Error) => error.message)
  const jwt = `e30.${btoa('{"exp":1700000000}')}.x`
  const fixed = await new AzureCommunicationTokenCredential(jwt).getToken()
  return { calls, token, abort, disposed, waiting: clock.waiting, expires: fixed.expiresOnTimestamp }
}

async function exchange(): Promise<unknown> {
  const seen: unknown[] = []
  const answered = new AzureCommunicationTokenCredential({
    resourceEndpoint: 'https://r.example',
    tokenCredential: { getToken: async () => ({ token: 'entra', expiresOnTimestamp: 9e12 }) },
    fetch: async (url, init) => {
      seen.push([(url as URL).href, init?.method, init?.headers, init?.body])
      return Response.json({ accessToken: { token: 'acs', expiresOn: '2999-01-17T10:11:48.4206617+00:00' } })
    },
  })
  return [await answered.getToken(), seen]
}

function errors(): unknown {
  const code = (call: () => unknown): unknown => {
    try {
      return call()
    } catch (error) {
      return isLatchkeyError(error) ? error.code : String(error)
    }
  }
  return [
    code(() => parseConnectionString('endpoint=http://r.example;accesskey=pw==')),
    code(() => parseConnectionString('accesskey=pw==;endpoint=https://r.example;').endpoint),
    code(() => createHeaderSigner('no key')),
    code(() => parseCompactJws('a.b.c')),
    `${new Secret('x')}`,
  ]
}

async function onTheWire(origin: string): Promise<unknown> {
  const sign = createRequestSigner(key)
  const answers: unknown[] = []
  for (const target of ['/a%20b/8%3Aacs?x&y=(1)&z=%c3%a9,~', '/p?', '/']) {
    const request = new Request(`${origin}${target}`, { method: 'POST', body: new Uint8Array([0, 255, 128]) })
    const response = await fetch(await sign(request))
    answers.push([response.status, await response.text()])
  }
  return answers
}
