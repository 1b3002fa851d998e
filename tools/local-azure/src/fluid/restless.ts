/**
 * "RestLess" requests: ordinary ones that a browser sends as a form, so that it need not ask permission first.
 *
 * Method, headers and body travel as fields of one POST. Clients of a remote relay send everything this way.
 */

/** The most bytes of one request: a summary with its blobs. */
export const maxRequestBytes: number = 64 * 1024 * 1024

/** What the routes work on. */
export interface PlainRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  /** Parsed JSON; `undefined` without a body. */
  readonly body: unknown
}

/** Why a request could not be read. */
export class UnreadableRequest extends Error {
  override readonly name: string = 'UnreadableRequest'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Reads a request of either form. Throws {@link UnreadableRequest}. */
export async function readRequest(request: Request): Promise<PlainRequest> {
  if (Number(request.headers.get('content-length') ?? 0) > maxRequestBytes) {
    throw new UnreadableRequest(413, 'The request is too large')
  }
  const url = new URL(request.url)
  const text = request.body === null ? '' : await readText(request.body)
  if (!isRestLess(request)) {
    return { method: request.method, url, headers: request.headers, body: parseJson(text) }
  }
  const fields = new URLSearchParams(text)
  const method = fields.get('method')
  if (method === null) throw new UnreadableRequest(400, 'Invalid RestLess Method Property')
  const headers = new Headers()
  for (const header of fields.getAll('header')) addHeader(headers, header)
  return { method: method.toUpperCase(), url, headers, body: parseJson(fields.get('body') ?? '') }
}

// Counted while it comes, because a chunked body says nothing of its length.
async function readText(body: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > maxRequestBytes) throw new UnreadableRequest(413, 'The request is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function isRestLess(request: Request): boolean {
  if (request.method !== 'POST') return false
  const parts = (request.headers.get('content-type') ?? '').toLowerCase().split(/\s*;\s*/)
  return parts.includes('application/x-www-form-urlencoded') && parts.includes('restless')
}

function addHeader(headers: Headers, header: string): void {
  const colon = header.indexOf(':')
  if (colon <= 0) return
  try {
    headers.set(header.slice(0, colon).trim(), header.slice(colon + 1).trim())
  } catch {
    throw new UnreadableRequest(400, 'Invalid RestLess Header')
  }
}

function parseJson(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new UnreadableRequest(400, 'Failed to parse json body')
  }
}
