/**
 * Requests and responses that travel as streams: with `enableHttpStream` the library opens a little HTTP server of its
 * own, and the host forwards the request there under the id of the invocation.
 */

import { Agent, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http'
import { Server } from 'node:net'
import { pipeline } from 'node:stream/promises'
import type { ProgrammingModel } from './core-contract.ts'

/** The library's own HTTP server. */
export class StreamingProxy {
  readonly #target: URL
  readonly #servers: ReadonlySet<Server>
  readonly #agent = new Agent({ keepAlive: true })

  private constructor(target: URL, servers: ReadonlySet<Server>) {
    this.#target = target
    this.#servers = servers
  }

  /** Asks the library for its capabilities; answers a proxy when streaming is on. */
  static async open(model: ProgrammingModel): Promise<StreamingProxy | undefined> {
    const servers = new Set<Server>()
    const capabilities = await onLoopback(servers, async () => (await model.getCapabilities?.({})) ?? {})
    const uri = capabilities['HttpUri']
    if (uri === undefined) return undefined
    const target = new URL(uri)
    target.hostname = '127.0.0.1'
    return new StreamingProxy(target, servers)
  }

  /** Forwards a request and streams the answer back. Ends with the answer; `signal` gives up. */
  async forward(
    request: IncomingMessage,
    response: ServerResponse,
    invocationId: string,
    signal: AbortSignal,
  ): Promise<void> {
    const upstream = sendRequest({
      agent: this.#agent,
      host: this.#target.hostname,
      port: this.#target.port,
      method: request.method,
      path: request.url,
      headers: {
        ...withoutHopByHop(request.headers),
        'x-ms-invocation-id': invocationId,
        'x-forwarded-host': request.headers.host ?? 'localhost',
        'x-forwarded-proto': 'http',
      },
      signal,
    })
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      upstream.once('response', resolve)
      upstream.once('error', reject)
    })
    // A function may answer without reading the body; what is left of it is then of no interest.
    pipeline(request, upstream).catch(() => undefined)
    const answer = await answered
    response.statusCode = answer.statusCode ?? 500
    for (const [name, value] of Object.entries(withoutHopByHop(answer.headers))) {
      if (value !== undefined && name !== 'x-ms-invocation-id') response.setHeader(name, value)
    }
    response.flushHeaders()
    await pipeline(answer, response)
  }

  /** Ends the library's server. */
  async close(): Promise<void> {
    this.#agent.destroy()
    const closing = [...this.#servers].map((server) => new Promise((resolve) => server.close(resolve)))
    await Promise.all(closing)
  }
}

const hopByHop = new Set(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

function withoutHopByHop(
  headers: IncomingMessage['headers'],
): Record<string, string | readonly string[] | undefined> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)))
}

// The library listens on every interface and offers no way to say otherwise, nor to stop; nothing here may listen
// anywhere but on loopback, so for the length of this one call a listener without a host gets one, and is remembered.
async function onLoopback<T>(servers: Set<Server>, work: () => Promise<T>): Promise<T> {
  const original = Server.prototype.listen
  Server.prototype.listen = function listen(this: Server, ...parameters: unknown[]): Server {
    const [first, second] = parameters
    if (typeof first !== 'function' && first !== undefined && typeof first !== 'number') {
      return Reflect.apply(original, this, parameters) as Server
    }
    servers.add(this)
    const callback = typeof first === 'function' ? first : second
    const port = typeof first === 'number' ? first : 0
    return Reflect.apply(original, this, [{ port, host: '127.0.0.1' }, callback]) as Server
  }
  try {
    return await work()
  } finally {
    Server.prototype.listen = original
  }
}
