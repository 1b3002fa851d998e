/** A server that answers what a test tells it to, and remembers what it was asked. */

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export type Reaction = (response: ServerResponse) => void

export interface ScriptedService {
  readonly url: string
  readonly seen: SeenRequest[]
  /** What the next requests are answered, one after the other; the last one stays. */
  script(...reactions: Reaction[]): void
  close(): Promise<void>
}

export const user = { communicationUserId: '8:acs:resource_user' }
export const created: Reaction = answer(201, { identity: { id: user.communicationUserId } })
export const token: Reaction = answer(200, {
  token: 'the-token',
  expiresOn: '2026-01-02T03:04:05.6789012+00:00',
})
export const reset: Reaction = (response) => response.socket?.destroy()
export const hang: Reaction = () => undefined

export function answer(status: number, body?: object, headers: Record<string, string> = {}): Reaction {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  }
}

export function refuse(status: number, code: string, headers: Record<string, string> = {}): Reaction {
  return answer(status, { error: { code, message: `about ${code}`, target: 'scopes' } }, headers)
}

export async function startScriptedService(): Promise<ScriptedService> {
  const seen: SeenRequest[] = []
  let reactions: Reaction[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { headers, method = '', url = '' } = request
      seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
      const reaction = reactions.length > 1 ? reactions.shift() : reactions[0]
      reaction?.(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    script: (...next) => {
      seen.length = 0
      reactions = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
