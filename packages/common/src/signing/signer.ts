/**
 * Signs requests for Azure Communication Services.
 */

import { createMac, hashBase64 } from '#sha256'
import type { Clock } from '../clock.ts'
import { systemClock } from '../clock.ts'
import { parseAccessKey } from './access-key.ts'
import { parseBytes } from './body.ts'
import type { SignableRequest, SignatureHeaders } from './string-to-sign.ts'
import { formatAuthorization, formatStringToSign } from './string-to-sign.ts'

/** Settings of a signer. */
export interface SignerOptions {
  /** Where `x-ms-date` comes from. Default: the system clock. */
  readonly clock?: Clock
}

/** Returns the headers to add to a request. */
export type HeaderSigner = (request: SignableRequest) => Promise<SignatureHeaders>

/** Returns a signed copy of a request; the original stays usable, for example to be signed anew for a retry. */
export type RequestSigner = (request: Request) => Promise<Request>

/**
 * Makes a function that returns the signature headers of a request. In Node, `@latchkey/common/node` has a synchronous
 * one.
 *
 * @param accessKey - Base64, as the portal shows it.
 * @throws {@link LatchkeyError} `ERR_ACCESS_KEY` for an empty key or one that is not canonical base64; while signing,
 *   `ERR_SIGN_BODY` for a body that is neither text nor bytes.
 */
export function createHeaderSigner(accessKey: string, options: SignerOptions = {}): HeaderSigner {
  const { clock = systemClock } = options
  const mac = createMac(parseAccessKey(accessKey))
  return async ({ body, method, url }) => {
    const { host, pathname, search } = new URL(url)
    const date = new Date(clock.now()).toUTCString()
    const contentHash = await hashBase64(parseBytes(body))
    const parts = { method: method.toUpperCase(), target: pathname + search, date, host, contentHash }
    const authorization = formatAuthorization(await mac.sign(formatStringToSign(parts)))
    return { host, 'x-ms-date': date, 'x-ms-content-sha256': contentHash, authorization }
  }
}

/**
 * Makes a function that signs a fetch {@link Request}.
 *
 * The body is read into memory, whatever it was made from, because a header holds its hash. Sign each attempt of a
 * retried request anew: the service refuses dates older than a few minutes.
 *
 * @throws {@link LatchkeyError} `ERR_ACCESS_KEY`.
 *
 * @example
 * ```ts
 * const sign = createRequestSigner(accessKey)
 * const response = await fetch(await sign(new Request(`${endpoint}/identities?api-version=2023-10-01`, { method: 'POST' })))
 * ```
 */
export function createRequestSigner(accessKey: string, options: SignerOptions = {}): RequestSigner {
  const signHeaders = createHeaderSigner(accessKey, options)
  return async (request) => {
    const method = request.method.toUpperCase()
    // Firefox has no `body` here: undefined, with a body and without.
    const isBodiless = request.body === null || method === 'GET' || method === 'HEAD'
    const body = isBodiless ? undefined : new Uint8Array(await request.clone().arrayBuffer())
    const url = withoutLoneQuestionMark(request.url)
    const init = body === undefined ? { method } : { method, body }
    const signed = url === request.url ? new Request(request, init) : moveRequest(request, url, init)
    const headers = await signHeaders({ method, url, body })
    for (const [name, value] of Object.entries(headers)) signed.headers.set(name, value)
    return signed
  }
}

// Some runtimes send a "?" with nothing after it, others do not; so that nobody does, it goes before signing.
function withoutLoneQuestionMark(url: string): string {
  const parsed = new URL(url)
  if (parsed.search !== '' || !url.includes('?')) return url
  parsed.search = ''
  return parsed.href
}

function moveRequest(request: Request, url: string, init: RequestInit): Request {
  const { credentials, headers, integrity, keepalive, mode, redirect, referrerPolicy, signal } = request
  return new Request(url, {
    credentials,
    headers,
    integrity,
    keepalive,
    mode,
    redirect,
    referrerPolicy,
    signal,
    ...init,
  })
}
