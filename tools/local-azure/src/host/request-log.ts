/**
 * What was asked of the services lately, without a secret in it.
 *
 * Only the method, the path and those query values that are on a list of harmless names are kept; bodies and headers
 * never are.
 */

import type { FaultKind } from './faults.ts'
import type { ServiceName } from './service.ts'

/** One request and its outcome. */
export interface LoggedRequest {
  readonly id: number
  readonly service: ServiceName
  readonly method: string
  /** The path with its query, secrets replaced. */
  readonly path: string
  /** 0 when the connection ended without an answer; 101 for a WebSocket. */
  readonly status: number
  readonly atMs: number
  readonly durationMs: number
  readonly fault?: FaultKind
}

/** The most requests remembered. */
export const maxLoggedRequests = 1_000

/** Remembers the last requests, newest first. */
export class RequestLog {
  #requests: LoggedRequest[] = []
  #next = 1

  record(request: Omit<LoggedRequest, 'id' | 'path'> & { readonly target: string }): void {
    const { target, ...rest } = request
    this.#requests.push({ id: this.#next, path: redactTarget(target), ...rest })
    this.#next += 1
    // Trimmed in bulk, so that a busy service does not copy the list at every request.
    if (this.#requests.length >= 2 * maxLoggedRequests)
      this.#requests = this.#requests.slice(-maxLoggedRequests)
  }

  list(service?: ServiceName): readonly LoggedRequest[] {
    const requests = this.#requests.slice(-maxLoggedRequests).reverse()
    return service === undefined ? requests : requests.filter((request) => request.service === service)
  }

  clear(): void {
    this.#requests = []
  }
}

const harmless = new Set([
  '$count',
  '$expand',
  '$filter',
  '$orderby',
  '$select',
  '$top',
  'api-version',
  'client_id',
  'code_challenge_method',
  'maxPageSize',
  'p',
  'prompt',
  'redirect_uri',
  'resource',
  'response_mode',
  'response_type',
  'scope',
  'service',
  'startTime',
])

/** The request target with every query value replaced that is not known to be harmless. */
export function redactTarget(target: string): string {
  const mark = target.indexOf('?')
  if (mark < 0) return hideTokens(target)
  const parts = target.slice(mark + 1).split('&')
  const query = parts.map((part) => {
    const [name = '', value] = part.split('=', 2)
    return value === undefined || value === '' || harmless.has(decode(name)) ? part : `${name}=***`
  })
  return hideTokens(`${target.slice(0, mark)}?${query.join('&')}`)
}

// A token has no business in a path, but people paste them everywhere.
function hideTokens(text: string): string {
  if (!text.includes('eyJ')) return text.slice(0, 2_000)
  return text.slice(0, 2_000).replaceAll(/eyJ[\w-]{8,}(\.[\w-]*)*/g, '***')
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
