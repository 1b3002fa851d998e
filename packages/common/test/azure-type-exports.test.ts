/** Every type export of Azure's package has a namesake here that fits: this file compiles, or it does not. */

import type * as Azure from '@azure/communication-common'
import type * as Latchkey from '@latchkey/common'
import { expectTypeOf, test } from 'vitest'

// What this package makes, and where Azure's clients take it.
interface Made {
  CommunicationGetTokenOptions: [Latchkey.CommunicationGetTokenOptions, Azure.CommunicationGetTokenOptions]
  CommunicationIdentifier: [Latchkey.CommunicationIdentifier, Azure.CommunicationIdentifier]
  CommunicationIdentifierKind: [Latchkey.CommunicationIdentifierKind, Azure.CommunicationIdentifierKind]
  CommunicationTokenCredential: [Latchkey.CommunicationTokenCredential, Azure.CommunicationTokenCredential]
  CommunicationUserIdentifier: [Latchkey.CommunicationUserIdentifier, Azure.CommunicationUserIdentifier]
  CommunicationUserKind: [Latchkey.CommunicationUserKind, Azure.CommunicationUserKind]
  EndpointCredential: [Latchkey.EndpointCredential, Azure.EndpointCredential]
  MicrosoftTeamsAppIdentifier: [Latchkey.MicrosoftTeamsAppIdentifier, Azure.MicrosoftTeamsAppIdentifier]
  MicrosoftTeamsAppKind: [Latchkey.MicrosoftTeamsAppKind, Azure.MicrosoftTeamsAppKind]
  MicrosoftTeamsUserIdentifier: [Latchkey.MicrosoftTeamsUserIdentifier, Azure.MicrosoftTeamsUserIdentifier]
  MicrosoftTeamsUserKind: [Latchkey.MicrosoftTeamsUserKind, Azure.MicrosoftTeamsUserKind]
  PhoneNumberIdentifier: [Latchkey.PhoneNumberIdentifier, Azure.PhoneNumberIdentifier]
  PhoneNumberKind: [Latchkey.PhoneNumberKind, Azure.PhoneNumberKind]
  SerializedCommunicationCloudEnvironment: [
    Latchkey.SerializedCommunicationCloudEnvironment,
    Azure.SerializedCommunicationCloudEnvironment,
  ]
  SerializedCommunicationIdentifier: [
    Latchkey.SerializedCommunicationIdentifier,
    Azure.SerializedCommunicationIdentifier,
  ]
  SerializedCommunicationUserIdentifier: [
    Latchkey.SerializedCommunicationUserIdentifier,
    Azure.SerializedCommunicationUserIdentifier,
  ]
  SerializedMicrosoftTeamsAppIdentifier: [
    Latchkey.SerializedMicrosoftTeamsAppIdentifier,
    Azure.SerializedMicrosoftTeamsAppIdentifier,
  ]
  SerializedMicrosoftTeamsUserIdentifier: [
    Latchkey.SerializedMicrosoftTeamsUserIdentifier,
    Azure.SerializedMicrosoftTeamsUserIdentifier,
  ]
  SerializedPhoneNumberIdentifier: [
    Latchkey.SerializedPhoneNumberIdentifier,
    Azure.SerializedPhoneNumberIdentifier,
  ]
  SerializedTeamsExtensionUserIdentifier: [
    Latchkey.SerializedTeamsExtensionUserIdentifier,
    Azure.SerializedTeamsExtensionUserIdentifier,
  ]
  TeamsExtensionUserIdentifier: [Latchkey.TeamsExtensionUserIdentifier, Azure.TeamsExtensionUserIdentifier]
  TeamsExtensionUserKind: [Latchkey.TeamsExtensionUserKind, Azure.TeamsExtensionUserKind]
  UnknownIdentifier: [Latchkey.UnknownIdentifier, Azure.UnknownIdentifier]
  UnknownIdentifierKind: [Latchkey.UnknownIdentifierKind, Azure.UnknownIdentifierKind]
  UrlWithCredential: [Latchkey.UrlWithCredential, Azure.UrlWithCredential]
}

// What is written for Azure's package, and where this one takes it.
interface Taken {
  CommunicationTokenRefreshOptions: [
    Azure.CommunicationTokenRefreshOptions,
    Latchkey.CommunicationTokenRefreshOptions,
  ]
  EntraCommunicationTokenCredentialOptions: [
    Azure.EntraCommunicationTokenCredentialOptions,
    Latchkey.EntraCommunicationTokenCredentialOptions,
  ]
  CommunicationGetTokenOptions: [Azure.CommunicationGetTokenOptions, Latchkey.CommunicationGetTokenOptions]
  CommunicationIdentifier: [Azure.CommunicationIdentifier, Latchkey.CommunicationIdentifier]
  CommunicationIdentifierKind: [Azure.CommunicationIdentifierKind, Latchkey.CommunicationIdentifierKind]
  CommunicationTokenCredential: [Azure.CommunicationTokenCredential, Latchkey.CommunicationTokenCredential]
  CommunicationUserIdentifier: [Azure.CommunicationUserIdentifier, Latchkey.CommunicationUserIdentifier]
  CommunicationUserKind: [Azure.CommunicationUserKind, Latchkey.CommunicationUserKind]
  MicrosoftTeamsAppIdentifier: [Azure.MicrosoftTeamsAppIdentifier, Latchkey.MicrosoftTeamsAppIdentifier]
  MicrosoftTeamsAppKind: [Azure.MicrosoftTeamsAppKind, Latchkey.MicrosoftTeamsAppKind]
  MicrosoftTeamsUserIdentifier: [Azure.MicrosoftTeamsUserIdentifier, Latchkey.MicrosoftTeamsUserIdentifier]
  MicrosoftTeamsUserKind: [Azure.MicrosoftTeamsUserKind, Latchkey.MicrosoftTeamsUserKind]
  PhoneNumberIdentifier: [Azure.PhoneNumberIdentifier, Latchkey.PhoneNumberIdentifier]
  PhoneNumberKind: [Azure.PhoneNumberKind, Latchkey.PhoneNumberKind]
  SerializedCommunicationCloudEnvironment: [
    Azure.SerializedCommunicationCloudEnvironment,
    Latchkey.SerializedCommunicationCloudEnvironment,
  ]
  SerializedCommunicationIdentifier: [
    Azure.SerializedCommunicationIdentifier,
    Latchkey.SerializedCommunicationIdentifier,
  ]
  SerializedCommunicationUserIdentifier: [
    Azure.SerializedCommunicationUserIdentifier,
    Latchkey.SerializedCommunicationUserIdentifier,
  ]
  SerializedMicrosoftTeamsAppIdentifier: [
    Azure.SerializedMicrosoftTeamsAppIdentifier,
    Latchkey.SerializedMicrosoftTeamsAppIdentifier,
  ]
  SerializedMicrosoftTeamsUserIdentifier: [
    Azure.SerializedMicrosoftTeamsUserIdentifier,
    Latchkey.SerializedMicrosoftTeamsUserIdentifier,
  ]
  SerializedPhoneNumberIdentifier: [
    Azure.SerializedPhoneNumberIdentifier,
    Latchkey.SerializedPhoneNumberIdentifier,
  ]
  SerializedTeamsExtensionUserIdentifier: [
    Azure.SerializedTeamsExtensionUserIdentifier,
    Latchkey.SerializedTeamsExtensionUserIdentifier,
  ]
  TeamsExtensionUserIdentifier: [Azure.TeamsExtensionUserIdentifier, Latchkey.TeamsExtensionUserIdentifier]
  TeamsExtensionUserKind: [Azure.TeamsExtensionUserKind, Latchkey.TeamsExtensionUserKind]
  UnknownIdentifier: [Azure.UnknownIdentifier, Latchkey.UnknownIdentifier]
  UnknownIdentifierKind: [Azure.UnknownIdentifierKind, Latchkey.UnknownIdentifierKind]
  UrlWithCredential: [Azure.UrlWithCredential, Latchkey.UrlWithCredential]
}

type Misfits<Pairs extends Record<keyof Pairs, [unknown, unknown]>> = {
  [Name in keyof Pairs]: Pairs[Name][0] extends Pairs[Name][1] ? never : Name
}[keyof Pairs]

test('every type fits its namesake', () => {
  expectTypeOf<Misfits<Made>>().toEqualTypeOf<never>()
  expectTypeOf<Misfits<Taken>>().toEqualTypeOf<never>()
})
