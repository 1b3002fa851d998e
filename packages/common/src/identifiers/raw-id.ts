/**
 * Raw ids: the one string each identifier is written as, in databases and on the wire.
 *
 * `formatRawId(parseRawId(text)) === text` holds for every string; nothing is trimmed, folded or refused.
 */

import { LatchkeyError } from '../errors.ts'
import type { Identifier, PhoneNumberKind, TeamsCloud, UnknownIdentifierKind } from './identifier.ts'

/** Why a value is not an identifier. */
export type IdentifierErrorCode =
  /** An identifier without a known `kind`. */
  | 'ERR_IDENTIFIER_KIND'
  /** Not a wire identifier. */
  | 'ERR_IDENTIFIER_WIRE'

/**
 * Reads a raw id. No text is refused: what fits no known form is an `unknown` identifier.
 *
 * @example
 * ```ts
 * parseRawId('4:+14255550123') // { kind: 'phoneNumber', phoneNumber: '+14255550123', … }
 * ```
 */
export function parseRawId(rawId: string): Identifier {
  if (rawId.startsWith('4:')) return parsePhoneNumber(rawId.slice(2))
  // One more than three segments is enough to know that there are too many.
  const [type, realm, rest, ...more] = rawId.split(':', 4)
  if (realm !== undefined && rest !== undefined && more.length === 0) {
    const identifier = parseSegments(rawId, `${type}:${realm}`, rest)
    if (identifier !== undefined) return identifier
  }
  if (type === '28' && realm !== undefined) {
    return { kind: 'callingApplication', callingApplicationId: rawId.slice(3) }
  }
  return unknown(rawId)
}

/**
 * Writes an identifier as its raw id: the `rawId` it carries, or the one its fields make.
 *
 * @throws {@link LatchkeyError} `ERR_IDENTIFIER_KIND` for an identifier without a known `kind`; `getIdentifierKind` gives one.
 */
export function formatRawId(identifier: Identifier): string {
  switch (identifier.kind) {
    case 'communicationUser':
      return identifier.communicationUserId
    case 'phoneNumber':
      return identifier.rawId || `4:${identifier.phoneNumber}`
    case 'microsoftTeamsUser': {
      const realm = identifier.isAnonymous ? 'teamsvisitor' : teamsRealm(identifier.cloud)
      return identifier.rawId || `8:${realm}:${identifier.microsoftTeamsUserId}`
    }
    case 'microsoftTeamsApp':
      return identifier.rawId || `28:${teamsRealm(identifier.cloud)}:${identifier.teamsAppId}`
    case 'teamsExtensionUser': {
      const { cloud, resourceId, tenantId, userId } = identifier
      const realm = cloud === 'dod' || cloud === 'gcch' ? `${cloud}-acs` : 'acs'
      return identifier.rawId || `8:${realm}:${resourceId}_${tenantId}_${userId}`
    }
    case 'callingApplication':
      return `28:${identifier.callingApplicationId}`
    case 'unknown':
      return identifier.id
    default:
      throw noKind()
  }
}

function parsePhoneNumber(phoneNumber: string): Identifier {
  const isAnonymous = phoneNumber === 'anonymous'
  const at = phoneNumber.lastIndexOf('_') + 1
  const assertedId = at > 0 && !isAnonymous ? phoneNumber.slice(at) || undefined : undefined
  const identifier: PhoneNumberKind = { kind: 'phoneNumber', phoneNumber, isAnonymous }
  // There even where there is none, as in Azure's answer.
  return Object.assign(identifier, { assertedId })
}

function parseSegments(rawId: string, prefix: string, rest: string): Identifier | undefined {
  switch (prefix) {
    case '8:teamsvisitor':
      return { kind: 'microsoftTeamsUser', microsoftTeamsUserId: rest, isAnonymous: true }
    case '8:orgid':
      return teamsUser(rest, 'public')
    case '8:dod':
      return teamsUser(rest, 'dod')
    case '8:gcch':
      return teamsUser(rest, 'gcch')
    case '8:acs':
      return acsUser(rawId, rest, 'public')
    case '8:dod-acs':
      return acsUser(rawId, rest, 'dod')
    case '8:gcch-acs':
      return acsUser(rawId, rest, 'gcch')
    case '8:spool':
      return { kind: 'communicationUser', communicationUserId: rawId }
    case '28:orgid':
      return { kind: 'microsoftTeamsApp', teamsAppId: rest, cloud: 'public' }
    case '28:dod':
      return { kind: 'microsoftTeamsApp', teamsAppId: rest, cloud: 'dod' }
    case '28:gcch':
      return { kind: 'microsoftTeamsApp', teamsAppId: rest, cloud: 'gcch' }
    default:
      return undefined
  }
}

function teamsUser(microsoftTeamsUserId: string, cloud: TeamsCloud): Identifier {
  return { kind: 'microsoftTeamsUser', microsoftTeamsUserId, isAnonymous: false, cloud }
}

// Three parts name a Teams extension user, anything else a user of the resource.
function acsUser(rawId: string, rest: string, cloud: TeamsCloud): Identifier {
  const [resourceId, tenantId, userId, ...more] = rest.split('_', 4)
  if (resourceId === undefined || tenantId === undefined || userId === undefined || more.length > 0) {
    return { kind: 'communicationUser', communicationUserId: rawId }
  }
  return { kind: 'teamsExtensionUser', userId, tenantId, resourceId, cloud }
}

/** The error for an identifier that does not say what it is. */
export function noKind(): LatchkeyError<IdentifierErrorCode> {
  const message = 'The identifier has no known kind; getIdentifierKind gives it one'
  return new LatchkeyError(message, { code: 'ERR_IDENTIFIER_KIND' })
}

function unknown(id: string): UnknownIdentifierKind {
  return { kind: 'unknown', id }
}

function teamsRealm(cloud: TeamsCloud | undefined): string {
  return cloud === 'dod' || cloud === 'gcch' ? cloud : 'orgid'
}
