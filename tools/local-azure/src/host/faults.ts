/**
 * Faults on demand: what a network or a busy service does, at the socket where it does it.
 */

import type { ServiceName } from './service.ts'

/**
 * What happens to a request.
 *
 * `reset`: the connection is reset before the service sees the request. `timeout`: no answer, ever. `429`, `503`: refused
 * before the service sees it, with Retry-After. `drop-response`: the service does the work, the answer is lost. `slow`:
 * the answer waits.
 */
export type FaultKind = 'reset' | 'timeout' | '429' | '503' | 'drop-response' | 'slow'

/** All of them. */
export const faultKinds: readonly FaultKind[] = ['reset', 'timeout', '429', '503', 'drop-response', 'slow']

/** A fault that waits for requests. */
export interface Fault {
  readonly service: ServiceName
  /** A part of `METHOD /path?query`, or a regular expression between slashes. Empty: every request. */
  readonly match: string
  readonly kind: FaultKind
  /** How many requests it still hits. */
  readonly times: number
  /** For `429` and `503`. Default 1. */
  readonly retryAfterSeconds: number
  /** For `slow`. Default 2000. */
  readonly delayMs: number
}

/** A fault as it is asked for. */
export type FaultOptions = Pick<Fault, 'service' | 'kind'> & Partial<Fault>

interface Armed {
  readonly fault: Omit<Fault, 'times'>
  readonly hits: (line: string) => boolean
  times: number
}

/** The faults in force. */
export class Faults {
  #armed: Armed[] = []

  /** Arms a fault. Throws a SyntaxError when `match` is a wrong regular expression. */
  add(options: FaultOptions): void {
    const { times = 1, ...rest } = options
    const fault = { match: '', retryAfterSeconds: 1, delayMs: 2_000, ...rest }
    this.#armed.push({ fault, hits: matcher(fault.match), times })
  }

  list(): readonly Fault[] {
    return this.#armed.map(({ fault, times }) => ({ ...fault, times }))
  }

  clear(): void {
    this.#armed = []
  }

  /** The fault that hits this request, if any; it counts down. `line` is `METHOD /path?query`. */
  take(service: ServiceName, line: string): Omit<Fault, 'times'> | undefined {
    const armed = this.#armed.find(({ fault, hits }) => fault.service === service && hits(line))
    if (!armed) return undefined
    armed.times -= 1
    if (armed.times <= 0) this.#armed = this.#armed.filter((other) => other !== armed)
    return armed.fault
  }
}

function matcher(match: string): (line: string) => boolean {
  if (match.length > 2 && match.startsWith('/') && match.endsWith('/')) {
    const expression = new RegExp(match.slice(1, -1))
    return (line) => expression.test(line)
  }
  return (line) => line.includes(match)
}
