/**
 * Requests to Microsoft Graph v1.0: with the app token, polite to throttling, patient with replication.
 *
 * Only reads and writes that may be repeated are repeated; a create is sent once.
 */

import type { Clock } from '@latchkey/common'
import { serverError } from '../errors.ts'
import {
  asObject,
  type Fetch,
  requestUpstream,
  type UpstreamAnswer,
  upstreamFailure,
} from '../upstream-request.ts'
import type { AppToken } from './app-token.ts'

/** One request. */
export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below the version, for example `/users/…`; or a whole `@odata.nextLink`. */
  readonly path: string
  readonly body?: object
  /** Whether sending it twice is sending it once. Default: for GET and DELETE. */
  readonly mayRepeat?: boolean
}

/** Sends requests to Graph. */
export interface GraphClient {
  readonly endpoint: string
  /** Answers whatever Graph said, except that it is busy or broken. */
  send(request: GraphRequest): Promise<UpstreamAnswer>
  /** Every value of a list, page after page, at most `most`. */
  readAll(path: string, most: number): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Several GETs in one request; the answers in the order of the paths. */
  getTogether(paths: readonly string[]): Promise<readonly UpstreamAnswer[]>
  wait(ms: number): Promise<void>
}

export interface GraphClientOptions {
  readonly endpoint: string
  readonly appToken: AppToken
  readonly fetch: Fetch
  readonly clock: Clock
}

const maxAttempts = 3
const maxWaitSeconds = 10

/** Makes a client for one directory. */
export function createGraphClient(options: GraphClientOptions): GraphClient {
  const { endpoint, appToken, fetch, clock } = options
  const wait = (ms: number): Promise<void> => new Promise((resolve) => clock.schedule(ms, resolve))

  const sendOnce = async ({ method, path, body }: GraphRequest): Promise<UpstreamAnswer> => {
    const url = path.startsWith('/') ? `${endpoint}${path}` : sameOrigin(path, endpoint)
    return requestUpstream({ fetch, service: 'graph' }, url, {
      method,
      headers: {
        authorization: `Bearer ${await appToken.get()}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
  }

  const send = async (request: GraphRequest): Promise<UpstreamAnswer> => {
    const mayRepeat = request.mayRepeat ?? (request.method === 'GET' || request.method === 'DELETE')
    for (let attempt = 1; ; attempt += 1) {
      const answer = await sendOnce(request)
      if (answer.status === 401 && attempt === 1) {
        appToken.forget()
        continue
      }
      if (isFinal(answer)) return answer
      const seconds = secondsToWait(answer, mayRepeat)
      if (seconds === undefined || attempt >= maxAttempts) throw upstreamFailure('graph', answer)
      await wait(seconds * 1000)
    }
  }

  return {
    endpoint,
    send,
    wait,
    readAll: async (path, most) => {
      const values: Readonly<Record<string, unknown>>[] = []
      for (let next: string | undefined = path; next !== undefined && values.length < most; ) {
        const answer = await send({ method: 'GET', path: next })
        if (answer.status !== 200) throw upstreamFailure('graph', answer)
        const page = readPage(answer.body)
        values.push(...page.values)
        next = page.nextLink
      }
      return values
    },
    getTogether: async (paths) => {
      const requests = paths.map((url, index) => ({ id: String(index), method: 'GET', url }))
      const answer = await send({ method: 'POST', path: '/$batch', body: { requests }, mayRepeat: true })
      if (answer.status !== 200) throw upstreamFailure('graph', answer)
      const { responses } = asObject(answer.body)
      const byId = new Map(
        (Array.isArray(responses) ? responses : []).map((one) => [asObject(one)['id'], one]),
      )
      return paths.map((_path, index) => readPart(byId.get(String(index))))
    },
  }
}

function isFinal({ status }: UpstreamAnswer): boolean {
  return status < 500 && status !== 429 && status !== 401
}

/** How long to wait before sending again; `undefined` when that would not be right. */
function secondsToWait({ status, headers }: UpstreamAnswer, mayRepeat: boolean): number | undefined {
  // 429 says that nothing was done, so even a create may be sent again.
  const isRepeatable = status === 429 || (mayRepeat && status >= 500)
  const seconds = Number(headers.get('retry-after') ?? '1') || 1
  return isRepeatable && seconds <= maxWaitSeconds ? seconds : undefined
}

/** A page of a list. */
export function readPage(body: unknown): {
  readonly values: readonly Readonly<Record<string, unknown>>[]
  readonly nextLink: string | undefined
} {
  const { value, '@odata.nextLink': nextLink } = asObject(body)
  return {
    values: Array.isArray(value) ? value.map(asObject) : [],
    nextLink: typeof nextLink === 'string' ? nextLink : undefined,
  }
}

function readPart(part: unknown): UpstreamAnswer {
  const { status, headers, body } = asObject(part)
  const answer = {
    status: typeof status === 'number' ? status : 502,
    headers: new Headers(asObject(headers) as Record<string, string>),
    body,
  }
  if (answer.status >= 500 || answer.status === 429) throw upstreamFailure('graph', answer)
  return answer
}

// A next link carries our token with it, so it must lead to where the first page came from.
function sameOrigin(link: string, endpoint: string): string {
  if (URL.parse(link)?.origin === new URL(endpoint).origin) return link
  throw serverError('ERR_SERVER_UPSTREAM', 'graph answered a link to somewhere else', { service: 'graph' })
}
