/**
 * Sends one request and reads its answer: through undici, which is imported at the first request, or through `fetch`.
 */

import type { DispatcherLike } from './options.ts'

/** One attempt. */
export interface TransportRequest {
  readonly origin: string
  readonly path: string
  readonly method: 'DELETE' | 'GET' | 'POST'
  readonly headers: Record<string, string>
  readonly body: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** What came back. */
export interface TransportAnswer {
  readonly status: number
  header(name: string): string | undefined
  readonly text: string
}

/** Sends an attempt; rejects when no whole answer came. */
export type Transport = (request: TransportRequest) => Promise<TransportAnswer>

// A token is about a kilobyte; nothing the service says is this long.
const maxAnswerBytes = 1_048_576

/** Sends through `dispatcher`, or through an agent made at the first request. */
export function dispatchThrough(dispatcher?: DispatcherLike): Transport {
  let ready: DispatcherLike | Promise<DispatcherLike> | undefined = dispatcher
  return async ({ origin, path, method, headers, body, timeoutMs, signal }) => {
    ready ??= createAgent().then((agent) => {
      ready = agent
      return agent
    })
    const client = 'then' in ready ? await ready : ready
    assertOpen(client)
    const answer = await client.request({
      origin,
      path,
      method,
      headers,
      body: body === '' && method !== 'POST' ? null : body,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal,
    })
    return {
      status: answer.statusCode,
      header: (name) => answer.headers[name]?.toString(),
      text: await answer.body.text(),
    }
  }
}

// Closed before the request it sends nothing; closed during it, nobody knows, and undici says the same of both.
function assertOpen(client: DispatcherLike): void {
  if (!['closed', 'destroyed'].some((state) => Reflect.get(client, state) === true)) return
  throw Object.assign(new Error('The dispatcher is closed'), { code: 'UND_ERR_CLOSED' })
}

async function createAgent(): Promise<DispatcherLike> {
  const { Agent } = await import('undici')
  return new Agent({ maxResponseSize: maxAnswerBytes, connect: { timeout: 5_000 } })
}

/** Sends through `fetch`. */
export function fetchThrough(fetchRequest: typeof fetch): Transport {
  return async ({ origin, path, method, headers, body, signal }) => {
    // Not allowed to set, and set to the same value by every fetch.
    const { host: _host, ...allowed } = headers
    const response = await fetchRequest(origin + path, {
      method,
      headers: allowed,
      body: body === '' && method !== 'POST' ? null : body,
      redirect: 'manual',
      signal,
    })
    return {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      text: await response.text(),
    }
  }
}

// With these, nothing reached the service: no connection, a certificate that is not trusted (no request goes out before it
// is), or a request that undici would not send.
const unsentCodes: ReadonlySet<string> = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UND_ERR_CLOSED',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
])

/** Whether a failed attempt certainly never reached the service. */
export function wasNeverSent(error: unknown): boolean {
  const code = codeOf(error)
  return code !== undefined && unsentCodes.has(code)
}

// fetch wraps the error of the connection, and a connection tried over two addresses has two.
function codeOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > 3) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  if ('cause' in error) return codeOf(error.cause, depth + 1)
  return undefined
}
