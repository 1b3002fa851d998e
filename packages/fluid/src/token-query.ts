/**
 * What a caller of the token route may say: one document, in a small JSON body.
 */

import { parseDocumentId } from './tenant.ts'

/** A request the route answers with an error. */
export interface Refusal {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What the caller asks for. */
export interface TokenQuery {
  /** Missing for a token that creates. */
  readonly documentId?: string
}

/** The longest body read, in bytes. */
export const maxBodyBytes = 1_024

/** Reads a request, or tells what is wrong with it. */
export async function parseTokenQuery(request: Request): Promise<TokenQuery | Refusal> {
  if (request.method !== 'POST')
    return { status: 405, code: 'method', title: 'POST only.', headers: { allow: 'POST' } }
  // What stands in a URL ends up in logs, and nothing there means anything to this route.
  if (new URL(request.url).search !== '')
    return { status: 400, code: 'query', title: 'This route takes no parameters in the URL.' }
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json *(;|$)/i.test(type))
    return { status: 415, code: 'content_type', title: 'The body must be application/json.' }
  const text = await readBody(request)
  if (text === undefined) return { status: 413, code: 'too_large', title: 'The body is too large.' }
  return parseBody(text)
}

async function readBody(request: Request): Promise<string | undefined> {
  let text = ''
  let size = 0
  const decoder = new TextDecoder()
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > maxBodyBytes) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function parseBody(text: string): TokenQuery | Refusal {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return malformed
    if (Object.keys(body).some((name) => name !== 'documentId')) return malformed
    const { documentId } = body as { documentId?: unknown }
    // An empty or null document is a client's mistake, not a wish to create.
    if (documentId === undefined) return {}
    return documentId === '' ? malformed : { documentId: parseDocumentId(documentId) }
  } catch {
    return malformed
  }
}

const malformed: Refusal = {
  status: 400,
  code: 'body',
  title: 'The body must be { "documentId"?: string } and nothing else.',
}
