/**
 * The JSON form of an identifier in requests and answers of Azure Communication Services.
 *
 * A model always holds `rawId` and at most one nested model; kinds without a nested model (`callingApplication`,
 * `unknown`) are `{ rawId }` alone.
 */

import { LatchkeyError } from '../errors.ts'
import type { Identifier, TeamsCloud } from './identifier.ts'
import type { IdentifierErrorCode } from './raw-id.ts'
import { formatRawId, noKind, parseRawId } from './raw-id.ts'

/** An identifier in a JSON body. */
export interface WireIdentifier {
  kind?: string
  rawId?: string
  communicationUser?: WireCommunicationUser
  phoneNumber?: WirePhoneNumber
  microsoftTeamsUser?: WireMicrosoftTeamsUser
  microsoftTeamsApp?: WireMicrosoftTeamsApp
  teamsExtensionUser?: WireTeamsExtensionUser
}

export interface WireCommunicationUser {
  id: string
}
export interface WirePhoneNumber {
  value: string
  isAnonymous?: boolean
  assertedId?: string
}
export interface WireMicrosoftTeamsUser {
  userId: string
  isAnonymous?: boolean
  cloud?: TeamsCloud
}
export interface WireMicrosoftTeamsApp {
  appId: string
  cloud?: TeamsCloud
}
export interface WireTeamsExtensionUser {
  userId: string
  tenantId: string
  resourceId: string
  cloud?: TeamsCloud
}

/** Writes an identifier as its JSON model. @throws {@link LatchkeyError} `ERR_IDENTIFIER_KIND` for one without a known `kind`. */
export function formatWireIdentifier(identifier: Identifier): WireIdentifier {
  const rawId = ('rawId' in identifier ? identifier.rawId : undefined) ?? formatRawId(identifier)
  switch (identifier.kind) {
    case 'communicationUser':
      return {
        rawId: identifier.communicationUserId,
        communicationUser: { id: identifier.communicationUserId },
      }
    case 'phoneNumber': {
      const { assertedId, isAnonymous, phoneNumber: value } = identifier
      const phoneNumber: WirePhoneNumber = { value, isAnonymous: isAnonymous ?? false }
      return { rawId, phoneNumber: Object.assign(phoneNumber, { assertedId }) }
    }
    case 'microsoftTeamsUser': {
      const { cloud, isAnonymous, microsoftTeamsUserId: userId } = identifier
      const microsoftTeamsUser = { userId, isAnonymous: isAnonymous ?? false, cloud: cloud ?? 'public' }
      return { rawId, microsoftTeamsUser }
    }
    case 'microsoftTeamsApp': {
      const { cloud, teamsAppId: appId } = identifier
      return { rawId, microsoftTeamsApp: { appId, cloud: cloud ?? 'public' } }
    }
    case 'teamsExtensionUser': {
      const { cloud, resourceId, tenantId, userId } = identifier
      return { rawId, teamsExtensionUser: { userId, tenantId, resourceId, cloud: cloud ?? 'public' } }
    }
    case 'callingApplication':
      return { rawId }
    case 'unknown':
      return { rawId: identifier.id }
    default:
      throw noKind()
  }
}

/**
 * Reads an identifier from untrusted JSON.
 *
 * The nested model decides; a model without one is read from its `rawId`. Missing `cloud` and `isAnonymous` mean
 * `public` and `false`.
 *
 * @throws {@link LatchkeyError} `ERR_IDENTIFIER_WIRE`, with the path in `details`, for anything else.
 */
export function parseWireIdentifier(value: unknown): Identifier {
  const model = readObject(value, '')
  const nested = nestedNames.filter((name) => model[name] !== undefined && model[name] !== null)
  const [name, second] = nested
  if (second !== undefined) throw malformed(second)
  const rawId = readOptionalText(model, 'rawId', '')
  if (name === undefined) {
    if (rawId === undefined) throw malformed('rawId')
    return parseRawId(rawId)
  }
  return parseNested(name, readObject(model[name], name), rawId === undefined ? {} : { rawId })
}

const nestedNames = [
  'communicationUser',
  'phoneNumber',
  'microsoftTeamsUser',
  'microsoftTeamsApp',
  'teamsExtensionUser',
] as const

type NestedName = (typeof nestedNames)[number]
type Members = Readonly<Record<string, unknown>>

function parseNested(name: NestedName, model: Members, rawId: { rawId?: string }): Identifier {
  const text = (member: string): string => {
    const value = readOptionalText(model, member, name)
    if (value === undefined) throw malformed(`${name}.${member}`)
    return value
  }
  switch (name) {
    case 'communicationUser':
      return { kind: name, communicationUserId: text('id') }
    case 'phoneNumber': {
      const assertedId = readOptionalText(model, 'assertedId', name)
      const isAnonymous = readFlag(model, 'isAnonymous', name)
      const phone: Identifier = { kind: name, phoneNumber: text('value'), isAnonymous, ...rawId }
      return Object.assign(phone, { assertedId })
    }
    case 'microsoftTeamsUser': {
      const isAnonymous = readFlag(model, 'isAnonymous', name)
      const cloud = readCloud(model, name)
      return { kind: name, microsoftTeamsUserId: text('userId'), isAnonymous, cloud, ...rawId }
    }
    case 'microsoftTeamsApp':
      return { kind: name, teamsAppId: text('appId'), cloud: readCloud(model, name), ...rawId }
    case 'teamsExtensionUser': {
      const cloud = readCloud(model, name)
      const [userId, tenantId, resourceId] = [text('userId'), text('tenantId'), text('resourceId')]
      return { kind: name, userId, tenantId, resourceId, cloud, ...rawId }
    }
  }
}

function readObject(value: unknown, path: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(path)
  return value as Members
}

function readOptionalText(model: Members, member: string, path: string): string | undefined {
  const value = model[member] ?? undefined
  if (value === undefined || typeof value === 'string') return value
  throw malformed(path === '' ? member : `${path}.${member}`)
}

function readFlag(model: Members, member: string, path: string): boolean {
  const value = model[member] ?? false
  if (typeof value === 'boolean') return value
  throw malformed(`${path}.${member}`)
}

function readCloud(model: Members, path: string): TeamsCloud {
  const value = model['cloud'] ?? 'public'
  if (value === 'public' || value === 'dod' || value === 'gcch') return value
  throw malformed(`${path}.cloud`)
}

function malformed(path: string): LatchkeyError<IdentifierErrorCode> {
  return new LatchkeyError('The value is not a communication identifier', {
    code: 'ERR_IDENTIFIER_WIRE',
    details: { path },
  })
}
