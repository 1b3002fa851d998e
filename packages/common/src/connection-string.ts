/**
 * Connection strings of Azure Communication Services: `endpoint=https://…;accesskey=…`.
 */

import { LatchkeyError } from './errors.ts'
import { isLocalKey, isLoopbackUrl, parseUrl } from './local-key.ts'
import { AccessKeyCredential } from './signing/access-key.ts'

/** Why a connection string or an endpoint is refused. */
export type ConnectionStringErrorCode =
  /** Not `endpoint=…;accesskey=…`, or a name is missing, unknown or repeated, or the key is not base64. */
  | 'ERR_CONNECTION_STRING'
  /** The endpoint is not an origin, or not https. */
  | 'ERR_ENDPOINT'
  /** A key made by local Azure with an endpoint that is not on this machine. */
  | 'ERR_LOCAL_KEY'

/** Where the resource is and what opens it. */
export interface EndpointCredential {
  /** As written in the connection string. */
  readonly endpoint: string
  readonly credential: AccessKeyCredential
}

const longestConnectionString = 4_096

/**
 * Reads a connection string.
 *
 * The two fields come in any order, their names in any case; spaces around a field and a `;` at the end are ignored.
 *
 * @throws {@link LatchkeyError} `ERR_CONNECTION_STRING`, `ERR_ENDPOINT` (plain http is for loopback only), `ERR_LOCAL_KEY`.
 *   No message holds any part of the text.
 */
export function parseConnectionString(connectionString: string): EndpointCredential {
  const fields = parseFields(connectionString)
  const endpoint = fields.get('endpoint')
  const key = fields.get('accesskey')
  if (!endpoint || !key || fields.size !== 2) throw malformed()
  assertEndpoint(endpoint)
  assertKeyFitsEndpoint(key, endpoint)
  return { endpoint, credential: parseKey(key) }
}

/**
 * Refuses what is not the origin of a service: https, or http on this machine; no path, query, fragment or user name.
 *
 * @throws {@link LatchkeyError} `ERR_ENDPOINT`.
 */
export function assertEndpoint(endpoint: string): void {
  const isText = typeof endpoint === 'string' && endpoint.length <= longestConnectionString
  const url = isText ? parseUrl(endpoint) : undefined
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackUrl(url))
  if (url === undefined || !secure || url.pathname !== '/' || /[@?#]/.test(endpoint)) {
    // Anything more than an origin may be a whole connection string, or hold a password.
    const shown =
      url === undefined || url.pathname.length > 1 || /[@?#=;]/.test(endpoint) ? '' : ` ${endpoint}`
    throw new LatchkeyError<ConnectionStringErrorCode>(`Invalid endpoint url${shown}`, {
      code: 'ERR_ENDPOINT',
    })
  }
}

/**
 * Refuses a key of local Azure with an endpoint elsewhere.
 *
 * @throws {@link LatchkeyError} `ERR_LOCAL_KEY`.
 */
export function assertKeyFitsEndpoint(key: string, endpoint: string): void {
  if (!isLocalKey(key) || isLoopbackUrl(endpoint)) return
  throw new LatchkeyError<ConnectionStringErrorCode>('A key of local Azure opens nothing but local Azure', {
    code: 'ERR_LOCAL_KEY',
  })
}

function parseFields(connectionString: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  if (typeof connectionString !== 'string' || connectionString.length > longestConnectionString)
    throw malformed()
  const texts = connectionString.split(';')
  if (texts.at(-1)?.trim() === '') texts.pop()
  for (const text of texts) {
    const at = text.indexOf('=')
    const name = text.slice(0, Math.max(at, 0)).trim().toLowerCase()
    if (name === '' || fields.has(name)) throw malformed()
    fields.set(name, text.slice(at + 1).trim())
  }
  return fields
}

function parseKey(key: string): AccessKeyCredential {
  try {
    return new AccessKeyCredential(key)
  } catch (cause) {
    throw malformed(cause)
  }
}

function malformed(cause?: unknown): LatchkeyError<ConnectionStringErrorCode> {
  return new LatchkeyError('Invalid connection string', { code: 'ERR_CONNECTION_STRING', cause })
}
