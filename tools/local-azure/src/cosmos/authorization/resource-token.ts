/**
 * Resource tokens: what a permission hands out to a client that must not hold the key.
 *
 * `type=resource&ver=1&sig={16 bytes};{payload};` where the payload names the container, the mode, the partition key
 * and the end, and the signature is the first half of an HMAC-SHA256 over it. A token is whole in itself: deleting its
 * permission or its user does not end it.
 */

import { timingSafeEqual } from 'node:crypto'
import { forbidden, unauthorized } from '../errors.ts'
import { isObject } from '../json.ts'
import { type PartitionKeyValue, parseKey } from '../partition-key.ts'
import { createHmacSigner } from './hmac.ts'

/** The shortest, usual and longest life of a token. */
export const minTokenSeconds = 600
export const defaultTokenSeconds = 3600
export const maxTokenSeconds = 86_400

/** What a token opens. */
export interface TokenGrant {
  readonly mode: 'read' | 'all'
  /** The resource id of the container. */
  readonly containerRid: string
  /** The item the token is for, or none for the whole container. */
  readonly item?: string | undefined
  readonly key?: PartitionKeyValue | undefined
}

interface Payload {
  readonly m: 'r' | 'a'
  readonly c: string
  readonly i?: string
  readonly k?: unknown
  /** Seconds since the epoch. */
  readonly s: number
  readonly e: number
  /** The resource id of the permission. */
  readonly p: string
}

/** Makes and reads tokens. */
export interface ResourceTokens {
  mint(grant: TokenGrant, permissionRid: string, lifetimeSeconds: number): string
  /** Throws 401 for what was not made here, 403 for what is over. */
  verify(token: string): TokenGrant
}

const form = /^type=resource&ver=1(?:\.0)?&sig=([A-Za-z0-9+/]{22}==);([A-Za-z0-9+/]{1,4096}={0,2});$/

/** Resource tokens under the account's master key. */
export function createResourceTokens(
  signAsMaster: (text: string) => Buffer,
  now: () => number,
): ResourceTokens {
  // A key of its own, so that no signature of one kind can serve as the other.
  const signWhole = createHmacSigner(signAsMaster('resource tokens'))
  const sign = (payload: string): Buffer => signWhole(payload).subarray(0, 16)
  return {
    mint: (grant, permissionRid, lifetimeSeconds) => {
      const start = Math.floor(now() / 1000)
      const payload: Payload = {
        m: grant.mode === 'all' ? 'a' : 'r',
        c: grant.containerRid,
        ...(grant.item === undefined ? {} : { i: grant.item }),
        ...(grant.key === undefined ? {} : { k: JSON.parse(grant.key.text) as unknown }),
        s: start,
        e: start + lifetimeSeconds,
        p: permissionRid,
      }
      const text = Buffer.from(JSON.stringify(payload)).toString('base64')
      return `type=resource&ver=1&sig=${sign(text).toString('base64')};${text};`
    },
    verify: (token) => {
      const [, signature, text] = form.exec(token) ?? []
      if (signature === undefined || text === undefined) throw invalid()
      if (!timingSafeEqual(Buffer.from(signature, 'base64'), sign(text))) throw invalid()
      const payload = parsePayload(text)
      assertCurrent(payload, now())
      return {
        mode: payload.m === 'a' ? 'all' : 'read',
        containerRid: payload.c,
        item: payload.i,
        key: payload.k === undefined ? undefined : parseKey(payload.k),
      }
    },
  }
}

// Signed by this service, so only its presence is checked.
function parsePayload(text: string): Payload {
  const value: unknown = JSON.parse(Buffer.from(text, 'base64').toString())
  if (!isObject(value)) throw invalid()
  return value as unknown as Payload
}

function assertCurrent(payload: Payload, nowMs: number): void {
  if (nowMs < payload.e * 1000) return
  const at = (seconds: number): string => new Date(seconds * 1000).toUTCString()
  throw forbidden(
    `The authorization token is not valid at the current time. Please create another token and retry (token start time: ${at(payload.s)}, token expiry time: ${at(payload.e)}, current server time: ${at(nowMs / 1000)}).`,
  )
}

function invalid(): Error {
  return unauthorized(
    "The input authorization token can't serve the request. The resource token is not valid.",
  )
}
