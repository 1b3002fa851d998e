/**
 * Refusals of a query: what is wrong, and where.
 */

import { CosmosError } from '../errors.ts'

/** A part of the query text, in characters. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A query that is refused with 400. */
export class QueryError extends CosmosError {
  constructor(code: string, message: string, { start, end }: Span) {
    super(400, 'BadRequest', message, {
      substatus: 0,
      detail: { errors: [{ severity: 'Error', location: { start, end }, code, message }] },
    })
  }
}

export function syntaxError(near: string, span: Span): QueryError {
  return new QueryError('SC1001', `Syntax error, incorrect syntax near '${near}'.`, span)
}
