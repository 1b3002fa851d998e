/**
 * How a client says who it is at a token endpoint (RFC 6749 section 2.3.1).
 */

import type { Parameters } from './form.ts'

/** What a client showed. */
export interface ClientCredentials {
  readonly clientId?: string
  readonly clientSecret?: string
}

/** The client's id and secret from header or body; `undefined` when both are used, or the header cannot be read. */
export function clientCredentialsOf(request: Request, form: Parameters): ClientCredentials | undefined {
  const header = request.headers.get('authorization')
  const inBody = { ...pick(form.get('client_id'), form.get('client_secret')) }
  if (header === null) return inBody
  const [scheme = '', encoded = ''] = header.split(' ')
  if (scheme.toLowerCase() !== 'basic' || inBody.clientSecret !== undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  try {
    const clientId = decode(text.slice(0, colon))
    if (inBody.clientId !== undefined && inBody.clientId !== clientId) return undefined
    return pick(clientId, decode(text.slice(colon + 1)))
  } catch {
    return undefined
  }
}

function pick(clientId: string | undefined, clientSecret: string | undefined): ClientCredentials {
  return {
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret }),
  }
}

// Each half is form-encoded before it is put together.
function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}
