/**
 * The identifier models of `@azure/communication-common` 2.5.0, with its exact results and messages. For JSON from a
 * source you do not trust, `parseWireIdentifier` checks more and needs less.
 */

import { LatchkeyError } from '../errors.ts'
import type {
  CommunicationIdentifier,
  CommunicationIdentifierKind,
  PhoneNumberKind,
} from '../identifiers/identifier.ts'
import type { IdentifierErrorCode } from '../identifiers/raw-id.ts'
import type { WireIdentifier } from '../identifiers/wire-identifier.ts'
import { formatWireIdentifier } from '../identifiers/wire-identifier.ts'
import { getIdentifierKind } from './identifiers.ts'

/** Writes an identifier as the model of a request. */
export function serializeCommunicationIdentifier(identifier: CommunicationIdentifier): WireIdentifier {
  return formatWireIdentifier(getIdentifierKind(identifier))
}

/**
 * Reads the model of an answer.
 *
 * @throws {@link LatchkeyError} `ERR_IDENTIFIER_WIRE` for several nested models or a missing member.
 */
export function deserializeCommunicationIdentifier(model: WireIdentifier): CommunicationIdentifierKind {
  const present = nestedNames.filter((name) => model[name] !== undefined)
  if (present.length > 1) {
    throw malformed(`Only one of the properties in ${JSON.stringify(present)} should be present.`)
  }
  const { communicationUser, microsoftTeamsApp, microsoftTeamsUser, phoneNumber, teamsExtensionUser } = model
  const kind = model.kind ?? present.find((name) => model[name])
  if (kind === 'communicationUser' && communicationUser) {
    return { kind, communicationUserId: required(communicationUser, 'id', kind) }
  }
  if (kind === 'phoneNumber' && phoneNumber) {
    const value = required(phoneNumber, 'value', kind)
    const rawId = required(model, 'rawId', kind)
    const { assertedId, isAnonymous } = phoneNumber
    const phone: PhoneNumberKind = { kind, phoneNumber: value, rawId, isAnonymous: isAnonymous ?? false }
    return Object.assign(phone, { assertedId })
  }
  if (kind === 'microsoftTeamsUser' && microsoftTeamsUser) {
    const microsoftTeamsUserId = required(microsoftTeamsUser, 'userId', kind)
    const isAnonymous = required(microsoftTeamsUser, 'isAnonymous', kind)
    const cloud = required(microsoftTeamsUser, 'cloud', kind)
    return { kind, microsoftTeamsUserId, isAnonymous, cloud, rawId: required(model, 'rawId', kind) }
  }
  if (kind === 'microsoftTeamsApp' && microsoftTeamsApp) {
    const teamsAppId = required(microsoftTeamsApp, 'appId', kind)
    const cloud = required(microsoftTeamsApp, 'cloud', kind)
    return { kind, teamsAppId, cloud, rawId: required(model, 'rawId', kind) }
  }
  if (kind === 'teamsExtensionUser' && teamsExtensionUser) {
    const userId = required(teamsExtensionUser, 'userId', kind)
    const tenantId = required(teamsExtensionUser, 'tenantId', kind)
    const resourceId = required(teamsExtensionUser, 'resourceId', kind)
    const cloud = required(teamsExtensionUser, 'cloud', kind)
    return { kind, userId, tenantId, resourceId, cloud, rawId: required(model, 'rawId', kind) }
  }
  return { kind: 'unknown', id: required(model, 'rawId', 'unknown') }
}

// The order of Azure's message.
const nestedNames = [
  'communicationUser',
  'microsoftTeamsUser',
  'microsoftTeamsApp',
  'phoneNumber',
  'teamsExtensionUser',
] as const

// Present is enough, whatever the value: that is Azure's rule.
function required<Model extends object, Name extends keyof Model & string>(
  model: Model,
  name: Name,
  type: string,
): Exclude<Model[Name], undefined> {
  // A nested model that is no object has no member; Azure's answer is a TypeError that repeats it.
  if (typeof model === 'object' && name in model) return model[name] as Exclude<Model[Name], undefined>
  throw malformed(`Property ${name} is required for identifier of type ${type}.`)
}

function malformed(message: string): LatchkeyError<IdentifierErrorCode> {
  return new LatchkeyError(message, { code: 'ERR_IDENTIFIER_WIRE' })
}
