/**
 * The person a token speaks for, as the others in the session see them.
 *
 * A token whose user has no name disposes every client that is connected to the document, and its join stays among the
 * document's operations (https://github.com/microsoft/FluidFramework/issues/20159); neither the service nor the official
 * signer minds. {@link formatUser} is what stands between such a token and a document.
 */

import { fluidError } from './errors.ts'
import { holdsPrototypeKey, isBlank, isWellFormed } from './text.ts'

/** A person in a session. */
export interface FluidUser<Details = unknown> {
  /** Stable and unique inside the tenant. Two clients with one id are one member of the audience. */
  readonly id: string
  /** What the others see. */
  readonly name: string
  /**
   * Anything else the others should see, for example an e-mail address: an object that JSON can say, at most
   * {@link maxAdditionalDetailsBytes} long as JSON. Everybody in the document can read it.
   */
  readonly additionalDetails?: Details
}

/** The longest `user.id` and `user.name`, in characters. */
export const maxUserTextLength = 256

/** The longest `additionalDetails`, in bytes of JSON: a token must stay under 8 KiB. */
export const maxAdditionalDetailsBytes = 2_048

/**
 * Reads the user of a token that is to be made and answers it as the text of the claim.
 *
 * @throws `ERR_FLUID_USER` for an id or a name that is missing, blank or too long, and for any other member;
 *   `ERR_FLUID_DETAILS` for additionalDetails that are not an object, cyclic, too long or hold a prototype key.
 */
export function formatUser(user: unknown): string {
  if (typeof user !== 'object' || user === null) throw refusal('user must be an object with id and name')
  for (const member in user) if (!isUserMember(member)) throw unknownMember(member, user)
  const { id, name, additionalDetails } = user as Partial<Record<keyof FluidUser, unknown>>
  assertText(id, 'user.id')
  assertText(name, 'user.name')
  if (additionalDetails !== undefined) assertObject(additionalDetails)
  const text = stringify({ id, name, additionalDetails })
  if (text.length > surelyShort) assertShort(additionalDetails)
  if (holdsPrototypeKey(text))
    throw detailsRefusal('additionalDetails must not hold __proto__, constructor or prototype')
  return text
}

// So few characters cannot be too many bytes.
const surelyShort = maxAdditionalDetailsBytes / 3

function isUserMember(member: string): boolean {
  return member === 'id' || member === 'name' || member === 'additionalDetails'
}

function unknownMember(member: string, user: object): Error {
  if (member === 'displayName' && 'name' in user)
    return refusal('user.displayName reaches nobody: put it under additionalDetails')
  if (member === 'displayName')
    return refusal('user.displayName is not what the service reads: the name belongs in user.name')
  return refusal('user may hold only id, name and additionalDetails')
}

function assertText(value: unknown, where: string): asserts value is string {
  if (typeof value !== 'string') throw refusal(`${where} must be a text`)
  if (value.length > maxUserTextLength)
    throw refusal(`${where} must not exceed ${maxUserTextLength} characters`)
  if (isBlank(value)) throw refusal(`${where} must not be blank`)
  if (!isWellFormed(value)) throw refusal(`${where} must be well-formed Unicode`)
}

function assertObject(details: unknown): void {
  const isObject = typeof details === 'object' && details !== null && !Array.isArray(details)
  // A Date is an object and says a text.
  if (!isObject || typeof (details as { toJSON?: unknown }).toJSON === 'function')
    throw detailsRefusal('additionalDetails must be a plain object')
}

function assertShort(details: unknown): void {
  if (Buffer.byteLength(stringify({ details })) - '{"details":}'.length > maxAdditionalDetailsBytes)
    throw detailsRefusal(`additionalDetails must not exceed ${maxAdditionalDetailsBytes} bytes of JSON`)
}

function stringify(value: object): string {
  try {
    return JSON.stringify(value)
  } catch {
    throw detailsRefusal('additionalDetails must be something JSON can say: no cycles, no bigint')
  }
}

function refusal(message: string): Error {
  return fluidError('ERR_FLUID_USER', message)
}

function detailsRefusal(message: string): Error {
  return fluidError('ERR_FLUID_DETAILS', message)
}
