/**
 * What a failed call leaves behind: a line in the log, as loud as what happened, and for what nobody foresaw a word to the
 * port that the app gave for it.
 */

import { errorAnswers, reasonOf } from '../errors.ts'
import type { Parts } from '../parts.ts'
import type { CorrelationIds } from './correlation.ts'
import { asServerError } from './problem.ts'
import type { Route } from './route.ts'

/** Reports the failure of a call. Never throws. */
export function reportFailure(
  { log, onUnexpectedError }: Pick<Parts, 'log' | 'onUnexpectedError'>,
  ids: CorrelationIds,
  route: Pick<Route, 'path'> | undefined,
  error: unknown,
): void {
  const known = asServerError(error)
  const line = {
    event: 'failure',
    ...ids,
    reason: reasonOf(error),
    ...(route && { route: route.path }),
  } as const
  if (known) {
    log({ level: errorAnswers[known.code].status < 500 ? 'info' : 'warn', ...line })
    return
  }
  const frame = frameOf(error)
  log({ level: 'error', ...line, errorClass: classOf(error), ...(frame !== undefined && { frame }) })
  try {
    onUnexpectedError?.(error, ids.correlationId)
  } catch {
    // The call has failed already; what looks at failures must not make more of them.
  }
}

function classOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return typeof error
  const name: unknown = error.constructor?.name
  return typeof name === 'string' && /^[\w$]{1,64}$/.test(name) ? name : typeof error
}

/**
 * The uppermost place in a stack that is neither Node's nor a library's, without the path to it: `stores/users.ts:12`.
 *
 * Only the lines that V8 writes are read, so that nothing of a message gets here.
 */
function frameOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return undefined
  // The message comes first and can be of any form, lines that look like places too.
  const start = error.stack.indexOf(error.message)
  const places = start === -1 ? '' : error.stack.slice(start + error.message.length)
  for (const line of places.split('\n')) {
    const [, path, at] =
      /^ {4}at (?:.* \()?(?:file:\/\/)?(\/[^()]+|[A-Z]:\\[^()]+):(\d+):\d+\)?$/.exec(line) ?? []
    if (path === undefined || /[/\\]node_modules[/\\](?!@latchkey[/\\])/.test(path)) continue
    const own =
      /(?:[/\\](?:src|dist)[/\\])((?:(?![/\\](?:src|dist)[/\\]).)+)$/.exec(path)?.[1] ??
      path.split(/[/\\]/).at(-1)
    return own && /^[\w./\\-]{1,128}$/.test(own) ? `${own}:${at}` : undefined
  }
  return undefined
}
