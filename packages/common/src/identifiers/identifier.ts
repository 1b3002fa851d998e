/**
 * The participants of a conversation: the identifiers of Azure Communication Services.
 *
 * The shapes are Azure's, so objects travel freely between this package and the Azure clients. `kind` tells them apart;
 * `callingApplication` exists only here; Azure's package returns `unknown` for it.
 */

/** The Teams cloud of a participant; `public` by default. */
export type TeamsCloud = 'public' | 'dod' | 'gcch'

/** A user of a Communication Services resource. */
export interface CommunicationUserIdentifier {
  /** The whole raw id, for example `8:acs:…`. */
  communicationUserId: string
}

/** A phone number. */
export interface PhoneNumberIdentifier {
  /** E.164; it carries the tail `_{assertedId}` when it was read from a raw id that has one. */
  phoneNumber: string
  /** If present, it is the raw id, whatever the other fields say. */
  rawId?: string
  /** Tells apart several connections of one number in one call. */
  assertedId?: string
  isAnonymous?: boolean
}

/** A person in Microsoft Teams. */
export interface MicrosoftTeamsUserIdentifier {
  /** The Entra object id, unless the user is anonymous. */
  microsoftTeamsUserId: string
  rawId?: string
  /** True for somebody who joined a meeting by link. */
  isAnonymous?: boolean
  cloud?: TeamsCloud
}

/** An application in Microsoft Teams, for example a bot or a call queue. */
export interface MicrosoftTeamsAppIdentifier {
  teamsAppId: string
  rawId?: string
  cloud?: TeamsCloud
}

/** A Teams Phone user who works through a Communication Services resource. */
export interface TeamsExtensionUserIdentifier {
  userId: string
  tenantId: string
  resourceId: string
  rawId?: string
  cloud?: TeamsCloud
}

/** An application that places and takes calls: every `28:` raw id that is not a Teams application. */
export interface CallingApplicationIdentifier {
  /** What follows `28:` in the raw id. */
  callingApplicationId: string
}

/** Anything else. */
export interface UnknownIdentifier {
  /** The whole raw id. */
  id: string
}

/** An identifier as Azure's clients take it, with or without `kind`. */
export type CommunicationIdentifier =
  | CommunicationUserIdentifier
  | PhoneNumberIdentifier
  | MicrosoftTeamsUserIdentifier
  | MicrosoftTeamsAppIdentifier
  | TeamsExtensionUserIdentifier
  | UnknownIdentifier

export interface CommunicationUserKind extends CommunicationUserIdentifier {
  kind: 'communicationUser'
}
export interface PhoneNumberKind extends PhoneNumberIdentifier {
  kind: 'phoneNumber'
}
export interface MicrosoftTeamsUserKind extends MicrosoftTeamsUserIdentifier {
  kind: 'microsoftTeamsUser'
}
export interface MicrosoftTeamsAppKind extends MicrosoftTeamsAppIdentifier {
  kind: 'microsoftTeamsApp'
}
export interface TeamsExtensionUserKind extends TeamsExtensionUserIdentifier {
  kind: 'teamsExtensionUser'
}
export interface CallingApplicationKind extends CallingApplicationIdentifier {
  kind: 'callingApplication'
}
export interface UnknownIdentifierKind extends UnknownIdentifier {
  kind: 'unknown'
}

/** An identifier with the `kind` Azure gives it. */
export type CommunicationIdentifierKind =
  | CommunicationUserKind
  | PhoneNumberKind
  | MicrosoftTeamsUserKind
  | MicrosoftTeamsAppKind
  | TeamsExtensionUserKind
  | UnknownIdentifierKind

/** What {@link parseRawId} returns: Azure's kinds and `callingApplication`. */
export type Identifier = CommunicationIdentifierKind | CallingApplicationKind

/** Checks whether `identifier` is a calling application, which only {@link parseRawId} makes. */
export function isCallingApplicationIdentifier(
  identifier: object,
): identifier is CallingApplicationIdentifier {
  const { callingApplicationId } = (identifier ?? {}) as Partial<CallingApplicationIdentifier>
  return typeof callingApplicationId === 'string'
}
