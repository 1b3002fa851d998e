import { createHeaderSigner } from '@latchkey/common'
import {
  type CommunicationPorts,
  createCommunicationService,
} from '../../src/communication/communication-service.ts'
import type { LocalService } from '../../src/host/service.ts'
import { createTestHost, type TestHost, type TestHostOptions } from '../../src/host/test-host.ts'

/** How a request differs from a plain one. */
export interface Attempt {
  /** A user's token; without one the request is signed with the access key. */
  readonly token?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Replaces the whole api-version query; an empty one leaves it out. */
  readonly version?: string
}

/** An answer, read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: {
    readonly error?: { readonly code: string; readonly message: string; readonly target?: string }
    readonly [name: string]: unknown
  }
}

/** A user with a token. */
export interface User {
  readonly id: string
  readonly token: string
}

/** The service without a port, driven Request in, Response out. */
export interface InProcess {
  readonly host: TestHost
  readonly service: LocalService
  /** Sends `METHOD /path?query` and reads the answer. */
  call(line: string, attempt?: Attempt): Promise<Answer>
  createUser(...scopes: readonly string[]): Promise<User>
  close(): Promise<void>
}

const base = 'http://127.0.0.1:4282'

/** Starts the service in this process. */
export function startInProcess(options: TestHostOptions = {}, ports: CommunicationPorts = {}): InProcess {
  const host = createTestHost(options)
  const service = createCommunicationService(host, ports)
  const sign = createHeaderSigner(host.endpoints().communication.accessKey, { clock: host.clock })
  const call = async (line: string, attempt: Attempt = {}): Promise<Answer> => {
    const [method = '', path = ''] = line.split(' ')
    const target = withVersion(path, attempt.version)
    const body = formatBody(attempt.body)
    const proof = attempt.token
      ? { authorization: `Bearer ${attempt.token}` }
      : await sign({ method, url: `${base}${target}`, body: body ?? '' })
    const headers = { ...contentType(method, body), ...proof, ...attempt.headers }
    const init = { method, headers, ...(body === undefined ? {} : { body }) }
    const response = await service.fetch(new Request(`${base}${target}`, init), { target })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
  }
  return {
    host,
    service,
    call,
    createUser: async (...scopes) => {
      const { body } = await call('POST /identities', { body: { createTokenWithScopes: scopes } })
      const { accessToken, identity } = body as { accessToken: { token: string }; identity: { id: string } }
      return { id: identity.id, token: accessToken.token }
    },
    close: async () => {
      await service.close()
      host.close()
    },
  }
}

function withVersion(path: string, given: string | undefined): string {
  const version = given ?? (path.startsWith('/chat') ? '2025-03-15' : '2023-10-01')
  if (version === '') return path
  return `${path}${path.includes('?') ? '&' : '?'}api-version=${version}`
}

function contentType(method: string, body: string | undefined): Record<string, string> {
  if (body === undefined) return {}
  return { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }
}

function formatBody(body: unknown): string | undefined {
  return typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
}
