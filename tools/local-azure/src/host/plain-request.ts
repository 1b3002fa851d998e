/**
 * A request as it stood on the wire: what the door judges, and all that a service needs which wants no Request of the
 * platform around it, nor the time to make one.
 */

import type { IncomingMessage } from 'node:http'
import type { RequestContext } from './service.ts'

/** A request: its head at once, its body for whoever asks. */
export interface PlainRequest {
  readonly method: string
  /** The request target exactly as it stood on the wire. */
  readonly target: string
  /** A header by its name in lower case. */
  header(name: string): string | undefined
  /** Scheme, host and port the client used. */
  origin(): string
  /**
   * The body, or `undefined` when it is longer than `maxBytes`. It is read once: whoever asks again is given the same.
   * Rejects when the client goes away in the middle of it.
   */
  text(maxBytes: number): Promise<string | undefined>
}

/** A request of Node's server. */
export class IncomingRequest implements PlainRequest {
  readonly method: string
  readonly target: string
  readonly #incoming: IncomingMessage
  #text: Promise<string | undefined> | undefined

  constructor(incoming: IncomingMessage) {
    this.#incoming = incoming
    this.method = incoming.method ?? 'GET'
    this.target = incoming.url ?? '/'
  }

  header(name: string): string | undefined {
    const value = this.#incoming.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

  origin(): string {
    const scheme = 'encrypted' in this.#incoming.socket ? 'https' : 'http'
    return new URL(`${scheme}://${this.header('host')}`).origin
  }

  text(maxBytes: number): Promise<string | undefined> {
    this.#text ??= readText(this.#incoming, maxBytes)
    return this.#text
  }
}

/** The same of a Request of the platform, which stays unread. */
export function plainRequestOf(request: Request, { target }: RequestContext): PlainRequest {
  return {
    method: request.method,
    target,
    header: (name) => request.headers.get(name) ?? undefined,
    origin: () => new URL(request.url).origin,
    text: async (maxBytes) => {
      if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return undefined
      return await readClone(request.clone(), maxBytes)
    },
  }
}

async function readClone({ body }: Request, maxBytes: number): Promise<string | undefined> {
  const reader = body?.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (let read = await reader?.read(); read?.value; read = await reader?.read()) {
    length += read.value.byteLength
    if (length > maxBytes) {
      // Lets go of the clone; to wait for that would be to wait for somebody to read the original.
      reader?.cancel().catch(() => undefined)
      return undefined
    }
    chunks.push(read.value)
  }
  return decoder.decode(Buffer.concat(chunks))
}

const decoder = new TextDecoder()

function readText(incoming: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  // Before a byte of it is read; Node throws away what nobody has read.
  if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve(undefined)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= maxBytes) chunks.push(chunk)
      else resolve(undefined)
    })
    incoming.on('end', () => {
      const [first] = chunks
      resolve(decoder.decode(chunks.length === 1 ? first : Buffer.concat(chunks)))
    })
    incoming.on('error', reject)
  })
}
