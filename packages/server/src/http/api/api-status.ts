/** The statuses of failures under `/api`. */

import { errorAnswers, type ServerErrorCode } from '../../errors.ts'

// Where the original's clients expect another status than the same error has under /v1.
const statuses: Partial<Record<ServerErrorCode, number>> = {
  ERR_SERVER_GRANT: 400,
  ERR_SERVER_NOT_FOUND: 400,
  ERR_SERVER_LAST_ADMIN: 400,
}

/** The status of an error under `/api`. */
export function apiStatusOf(code: ServerErrorCode): number {
  return statuses[code] ?? errorAnswers[code].status
}
