/**
 * The identifier functions of `@azure/communication-common` 2.5.0, with its names and its exact results.
 */

import type {
  CommunicationIdentifier,
  CommunicationIdentifierKind,
  CommunicationUserIdentifier,
  MicrosoftTeamsAppIdentifier,
  MicrosoftTeamsUserIdentifier,
  PhoneNumberIdentifier,
  TeamsExtensionUserIdentifier,
  UnknownIdentifier,
} from '../identifiers/identifier.ts'
import { formatRawId, parseRawId } from '../identifiers/raw-id.ts'

/** Checks whether `identifier` has a `communicationUserId`. */
export function isCommunicationUserIdentifier(
  identifier: CommunicationIdentifier,
): identifier is CommunicationUserIdentifier {
  return hasText(identifier, 'communicationUserId')
}

/** Checks whether `identifier` has a `phoneNumber`. */
export function isPhoneNumberIdentifier(
  identifier: CommunicationIdentifier,
): identifier is PhoneNumberIdentifier {
  return hasText(identifier, 'phoneNumber')
}

/** Checks whether `identifier` has a `microsoftTeamsUserId`. */
export function isMicrosoftTeamsUserIdentifier(
  identifier: CommunicationIdentifier,
): identifier is MicrosoftTeamsUserIdentifier {
  return hasText(identifier, 'microsoftTeamsUserId')
}

/** Checks whether `identifier` has a `teamsAppId`. */
export function isMicrosoftTeamsAppIdentifier(
  identifier: CommunicationIdentifier,
): identifier is MicrosoftTeamsAppIdentifier {
  return hasText(identifier, 'teamsAppId')
}

/** Checks whether `identifier` has a `userId`, a `tenantId` and a `resourceId`. */
export function isTeamsExtensionUserIdentifier(
  identifier: CommunicationIdentifier,
): identifier is TeamsExtensionUserIdentifier {
  return ['userId', 'tenantId', 'resourceId'].every((name) => hasText(identifier, name))
}

/** Checks whether `identifier` has an `id`. */
export function isUnknownIdentifier(identifier: CommunicationIdentifier): identifier is UnknownIdentifier {
  return hasText(identifier, 'id')
}

/** Returns a copy of `identifier` with the `kind` its fields make it; without known fields that is `unknown`. */
export function getIdentifierKind(identifier: CommunicationIdentifier): CommunicationIdentifierKind {
  if (isCommunicationUserIdentifier(identifier)) return { ...identifier, kind: 'communicationUser' }
  if (isPhoneNumberIdentifier(identifier)) return { ...identifier, kind: 'phoneNumber' }
  if (isMicrosoftTeamsUserIdentifier(identifier)) return { ...identifier, kind: 'microsoftTeamsUser' }
  if (isMicrosoftTeamsAppIdentifier(identifier)) return { ...identifier, kind: 'microsoftTeamsApp' }
  if (isTeamsExtensionUserIdentifier(identifier)) return { ...identifier, kind: 'teamsExtensionUser' }
  return { ...identifier, kind: 'unknown' }
}

/** Writes `identifier` as its raw id, which may be kept in a database. */
export function getIdentifierRawId(identifier: CommunicationIdentifier): string {
  return formatRawId(getIdentifierKind(identifier))
}

/** Reads a raw id; kinds that Azure's package does not know, such as calling applications, are `unknown`. */
export function createIdentifierFromRawId(rawId: string): CommunicationIdentifierKind {
  const identifier = parseRawId(rawId)
  return identifier.kind === 'callingApplication' ? { kind: 'unknown', id: rawId } : identifier
}

function hasText(identifier: object, name: string): boolean {
  return typeof (identifier as Record<string, unknown>)[name] === 'string'
}
