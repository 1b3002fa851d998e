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

/** A UUID (RFC 9562, version 7) that sorts by its instant, in milliseconds; those of one millisecond in any order. */
export function timeOrderedUuid(random: Random, atMs: number): string {
  const time = atMs.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.uuid().slice(15)}`
}
