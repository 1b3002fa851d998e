/**
 * The log: one line of JSON for each event, of fields that are known to be safe.
 *
 * Redaction is by type: an event has no field that a token, a password or an e-mail address could be put into.
 */

import { assertFunction } from '../given.ts'

/** What is worth a line. */
export interface LogEvent {
  readonly level: 'info' | 'warn' | 'error'
  readonly event:
    | 'request'
    | 'sign-in'
    | 'sign-in-failed'
    | 'refresh'
    | 'refresh-reuse'
    | 'refresh-retry'
    | 'token-issued'
    | 'failure'
  readonly correlationId?: string
  /** The id that the caller gave the request: theirs to choose, at most 64 of `A-Z a-z 0-9 -`. */
  readonly callerCorrelationId?: string
  /** The route as written in the route table, never the path with its parameters. */
  readonly route?: string
  readonly method?: string
  readonly status?: number
  readonly durationMs?: number
  /** An error code or reason: one of ours, of the provider or of a library; never a message. */
  readonly reason?: string
  /** The class of an error that nobody foresaw. */
  readonly errorClass?: string
  /** Where it came from: file and line, without the path to them. */
  readonly frame?: string
  readonly service?: string
  /** The pseudonym of the network it came from, as on record. */
  readonly client?: string
  /** The pseudonym of the mail address that somebody claimed, as on record. */
  readonly account?: string
  /** A person's id. */
  readonly person?: string
  readonly role?: string
}

/** Takes events. */
export type Log = (event: LogEvent) => void

/**
 * Makes a log that writes one JSON line for each event.
 *
 * @param write - Takes a line with its line feed, for example `(line) => process.stdout.write(line)`.
 */
export function createJsonLog(write: (line: string) => void, now: () => Date = () => new Date()): Log {
  assertFunction(write, 'write')
  assertFunction(now, 'now')
  return (event) => {
    // JSON escapes control characters, so one event is one line whatever stands in it.
    write(`${JSON.stringify({ at: now().toISOString(), ...event })}\n`)
  }
}
