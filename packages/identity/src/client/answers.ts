/**
 * Reads what the service answers.
 */

import type { JsonObject } from '@latchkey/common'
import { CommunicationIdentityError, type IdentityErrorCode } from '../errors.ts'
import type { TransportAnswer } from './transport.ts'

/** A token for a user. */
export interface CommunicationAccessToken {
  readonly token: string
  readonly expiresOn: Date
}

const longestMessage = 500

/** The body of an answer as an object. @throws `ERR_IDENTITY_RESPONSE` for anything else. */
export function parseObject(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  if (isObject(value)) return value
  throw misunderstood('The service answered no JSON object')
}

/** `{ token, expiresOn }`. */
export function parseAccessToken(value: unknown): CommunicationAccessToken {
  if (isObject(value)) {
    const { token, expiresOn } = value
    const instant = new Date(typeof expiresOn === 'string' ? expiresOn : Number.NaN)
    if (typeof token === 'string' && token !== '' && !Number.isNaN(instant.getTime())) {
      return { token, expiresOn: instant }
    }
  }
  throw misunderstood('The service answered no token')
}

/** `{ identity: { id } }`. */
export function parseIdentity(value: JsonObject): { readonly communicationUserId: string } {
  const { identity } = value
  const id = isObject(identity) ? identity['id'] : undefined
  if (typeof id === 'string' && id !== '') return { communicationUserId: id }
  throw misunderstood('The service answered no identity')
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function misunderstood(message: string): CommunicationIdentityError {
  return new CommunicationIdentityError('ERR_IDENTITY_RESPONSE', message)
}

/** What an answer that is no success says. */
export interface Refusal {
  readonly statusCode: number
  readonly serviceCode?: string
  readonly target?: string
  readonly message: string
  readonly retryAfterMs?: number
}

/** Reads Azure's error envelope, or makes do with the status. */
export function readRefusal(answer: TransportAnswer, nowMs: number): Refusal {
  const error = readEnvelope(answer.text)
  const [code, message, target] = [error['code'], error['message'], error['target']]
  const retryAfterMs = parseRetryAfter(answer, nowMs)
  return {
    statusCode: answer.status,
    message:
      typeof message === 'string'
        ? message.slice(0, longestMessage)
        : `The service answered ${answer.status}`,
    ...(typeof code === 'string' && { serviceCode: code }),
    ...(typeof target === 'string' && { target }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}

function readEnvelope(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) && isObject(value['error']) ? value['error'] : {}
  } catch {
    return {}
  }
}

// Seconds or a date (RFC 9110 section 10.2.3); Azure also says it in milliseconds.
function parseRetryAfter(answer: TransportAnswer, nowMs: number): number | undefined {
  const milliseconds = answer.header('retry-after-ms') ?? answer.header('x-ms-retry-after-ms')
  if (milliseconds !== undefined && /^\d+$/.test(milliseconds)) return Number(milliseconds)
  const text = answer.header('retry-after')
  if (text === undefined) return undefined
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const dateMs = Date.parse(text)
  return Number.isNaN(dateMs) || /^-?\d/.test(text) ? undefined : Math.max(dateMs - nowMs, 0)
}

/** Our code for a refusal. */
export function codeOfRefusal({ statusCode, serviceCode }: Refusal): IdentityErrorCode {
  if (statusCode === 429) return 'ERR_IDENTITY_THROTTLED'
  if (statusCode >= 500 || statusCode === 408) return 'ERR_IDENTITY_UNAVAILABLE'
  if (serviceCode === 'IdentityNotOwned') return 'ERR_IDENTITY_NOT_OWNED'
  if (serviceCode === 'InvalidAccessToken') return 'ERR_IDENTITY_TEAMS_TOKEN'
  if (statusCode === 401 || statusCode === 403) return 'ERR_IDENTITY_DENIED'
  return statusCode >= 400 ? 'ERR_IDENTITY_REJECTED' : 'ERR_IDENTITY_RESPONSE'
}
