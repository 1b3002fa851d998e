/**
 * Chance, as a parameter.
 */

import { randomBytes, randomUUID } from 'node:crypto'

/** Where unguessable bytes come from. */
export interface Random {
  /** `length` unguessable bytes in base64url. */
  token(length: number): string
  /** A random UUID; an identifier, never a secret. */
  uuid(): string
}

/** The machine's own source. */
export const systemRandom: Random = {
  token: (length) => randomBytes(length).toString('base64url'),
  uuid: () => randomUUID(),
}
