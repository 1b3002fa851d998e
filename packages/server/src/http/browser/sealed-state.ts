/**
 * What waits in a cookie while a person is away at the sign-in page: sealed with AES-256-GCM, good for ten minutes.
 */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { decodeBase64Url } from '@latchkey/common'
import type { KeyRing } from '../../sessions/key-ring.ts'
import { asObject } from '../../upstream-request.ts'

/** The provider's pages. */
export type AwayPage = 'sign-in' | 'password-reset'

/** What is kept. */
export interface SignInState {
  /** Which page the person was sent to. */
  readonly page: AwayPage
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly returnTo: string
  /** The session cookie of before: it cannot be seen on the way back, which comes from another site. */
  readonly former?: string
  readonly expiresAtMs: number
}

/** Seals under the newest key. */
export function sealState(ring: KeyRing, state: SignInState): string {
  const key = ring.sealingKey(ring.currentKid)
  if (!key) throw new Error('A ring always has its current key')
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const sealed = Buffer.concat([cipher.update(JSON.stringify(state), 'utf8'), cipher.final()])
  return `${ring.currentKid}.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')}`
}

/** Opens what {@link sealState} made and has not expired, or returns `undefined`. */
export function openState(ring: KeyRing, text: string, nowMs: number): SignInState | undefined {
  const dot = text.indexOf('.')
  const key = ring.sealingKey(text.slice(0, Math.max(dot, 0)))
  const bytes = decodeBase64Url(text.slice(dot + 1))
  if (!key || !bytes || bytes.length < 29) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    decipher.setAuthTag(bytes.subarray(12, 28))
    const opened = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    const state = asObject(JSON.parse(opened)) as unknown as SignInState
    return nowMs < state.expiresAtMs ? state : undefined
  } catch {
    return undefined
  }
}
