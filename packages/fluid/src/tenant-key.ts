/**
 * The key a tenant shares with the service.
 *
 * The service takes the text of the key, as it stands in the portal, as UTF-8 bytes: it is neither hex- nor
 * base64-decoded.
 */

import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Secret } from '@latchkey/common'
import { fluidError } from './errors.ts'
import { isWellFormed } from './text.ts'
import { isWeakSecret } from './weak-secret.ts'

/** A tenant key, as it stands in the portal. */
export type TenantKey = string | Secret

/** The shortest key, in bytes: as long as the hash (RFC 7518 section 3.2). */
export const minTenantKeyBytes = 32

/** @throws `ERR_FLUID_KEY` for keys that are no object, such as one key alone. */
export function assertKeys(keys: unknown): void {
  if (typeof keys !== 'object' || keys === null || isSecret(keys))
    throw refusal('keys must be an object with primary, and secondary if there is one')
}

/**
 * Makes a key ready for signing, once.
 *
 * @throws `ERR_FLUID_KEY` for a key that is empty, shorter than 32 bytes or one that attackers try first.
 */
export function parseTenantKey(key: unknown, name: string): KeyObject {
  const text = isSecret(key) ? key.reveal() : key
  if (typeof text !== 'string' || text === '')
    throw refusal(`The ${name} key must be a text that is not empty`)
  if (!isWellFormed(text)) throw refusal(`The ${name} key must be well-formed Unicode`)
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length < minTenantKeyBytes)
    throw refusal(`The ${name} key must have at least ${minTenantKeyBytes} bytes`)
  if (isWeakSecret(text)) throw refusal(`The ${name} key can be guessed: take the one from the portal`)
  return createSecretKey(bytes)
}

// By its form: the class of another copy of common is another class.
function isSecret(key: unknown): key is Secret<unknown> {
  return typeof key === 'object' && key !== null && 'reveal' in key && typeof key.reveal === 'function'
}

function refusal(message: string): Error {
  return fluidError('ERR_FLUID_KEY', message)
}
