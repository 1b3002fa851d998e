/**
 * Passwords as the directory keeps them.
 *
 * scrypt with a small cost: these are passwords of a test directory, and a sign-in must not take a tenth of a second.
 */

import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'

const cost = { N: 1_024, r: 8, p: 1 }

/** What is stored in place of `password`. */
export function hashPassword(password: string): string {
  const salt = randomBytes(16)
  return `${salt.toString('base64url')}.${scryptSync(password, salt, 32, cost).toString('base64url')}`
}

/** Tells whether `password` is the one that was hashed. */
export function isPassword(password: string, hash: string): boolean {
  const [salt = '', expected = ''] = hash.split('.')
  const actual = scryptSync(password, Buffer.from(salt, 'base64url'), 32, cost)
  const wanted = Buffer.from(expected, 'base64url')
  return wanted.length === actual.length && timingSafeEqual(actual, wanted)
}
