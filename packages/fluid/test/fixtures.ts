/**
 * What the tests sign with: random keys, a fixed clock, and a signer that checks nothing.
 */

import { createHmac, randomBytes } from 'node:crypto'
import type { FluidTokenRequest, FluidUser } from '../src/index.ts'

// As the portal shows one: 32 hex characters.
export const primary: string = randomBytes(16).toString('hex')
export const secondary: string = randomBytes(16).toString('hex')

export const tenantId = '5f7f1a52-2d0e-4a53-9a5e-6a4a3a1d7a11'
export const documentId = '746c4a6f-f778-4970-83cd-9e21bf88326c'

export const user: FluidUser = {
  id: 'ann',
  name: 'Ann',
  additionalDetails: { email: 'ann@contoso.example', date: '2026-11-21' },
}

export const request: FluidTokenRequest = {
  documentId,
  scopes: ['doc:read', 'doc:write', 'summary:write'],
  user,
}

/** 2026-01-02T03:04:05.678Z: the milliseconds show which way `iat` is rounded. */
export const nowMs = 1_767_323_045_678
export const nowSeconds = 1_767_323_045

export const fixedClock = { now: (): number => nowMs }

/** A clock that a test moves. */
export class TestClock {
  nowMs: number
  readonly #waits = new Set<{ dueMs: number; callback: () => void }>()

  constructor(startMs: number = nowMs) {
    this.nowMs = startMs
  }

  now = (): number => this.nowMs

  schedule = (delayMs: number, callback: () => void): (() => void) => {
    const wait = { dueMs: this.nowMs + delayMs, callback }
    this.#waits.add(wait)
    return () => this.#waits.delete(wait)
  }

  get waiting(): number {
    return this.#waits.size
  }

  /** Moves on, and lets whatever hangs on what came due run as far as it can. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms
    for (;;) {
      await settle()
      const [next] = [...this.#waits].sort((a, b) => a.dueMs - b.dueMs)
      if (!next || next.dueMs > untilMs) break
      this.#waits.delete(next)
      this.nowMs = next.dueMs
      next.callback()
    }
    this.nowMs = untilMs
    await settle()
  }
}

/** Lets every promise that can go on go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** The claims of a token that is right in every way, as an independent signer would write them. */
export function rightClaims(issuedAt: number = nowSeconds): Record<string, unknown> {
  return {
    documentId,
    scopes: ['doc:read', 'doc:write', 'summary:write'],
    tenantId,
    user,
    iat: issuedAt,
    exp: issuedAt + 3600,
    ver: '1.0',
    jti: 'd7cd6602-2179-4bec-9621-0242ac130002',
  }
}

/** Signs whatever it is given with node:crypto, checking nothing. */
export function signRaw(
  claims: string | object,
  options: { header?: string | object; key?: string | Buffer; hash?: string } = {},
): string {
  const { header = { alg: 'HS256', typ: 'JWT' }, key = primary, hash = 'sha256' } = options
  const input = `${segment(header)}.${segment(claims)}`
  return `${input}.${createHmac(hash, key).update(input).digest('base64url')}`
}

function segment(value: string | object): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

/** The payload of a token, unverified. */
export function payloadOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
}

/** What `act` throws. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  throw new Error('Nothing was thrown')
}
