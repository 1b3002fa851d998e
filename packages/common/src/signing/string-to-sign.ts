/**
 * What the HMAC of Azure Communication Services covers, and the headers that carry it.
 *
 * ```text
 * VERB \n path-and-query \n x-ms-date ; host ; x-ms-content-sha256
 * ```
 *
 * Path and query are those of the wire, octet for octet; the host has its port unless it is the scheme's own.
 */

/** A request as far as its signature is concerned. */
export interface SignableRequest {
  readonly method: string
  /** Absolute. Its fragment, and a `?` with nothing after it, are not sent and not signed. */
  readonly url: string | URL
  /** The exact bytes of the body, or its text as UTF-8; nothing means an empty body. */
  readonly body?: Uint8Array<ArrayBuffer> | string | undefined
}

/** The headers that carry a signature. A type, not an interface, so that it passes as a plain record of texts. */
export type SignatureHeaders = {
  /** Browsers set it themselves, to the same value. */
  readonly host: string
  readonly 'x-ms-date': string
  readonly 'x-ms-content-sha256': string
  readonly authorization: string
}

/** The value of `SignedHeaders` in every signature. */
export const signedHeaderNames = 'x-ms-date;host;x-ms-content-sha256'

/** The parts of a request that a signature covers. */
export interface SignedParts {
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  readonly date: string
  readonly host: string
  readonly contentHash: string
}

/** Puts the signed parts together. */
export function formatStringToSign({ contentHash, date, host, method, target }: SignedParts): string {
  return `${method}\n${target}\n${date};${host};${contentHash}`
}

/** The value of the `authorization` header. */
export function formatAuthorization(signature: string): string {
  return `HMAC-SHA256 SignedHeaders=${signedHeaderNames}&Signature=${signature}`
}
