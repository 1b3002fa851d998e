/**
 * Identifiers, token credentials and HMAC request signing for Azure Communication Services, and the few small things
 * every Latchkey package shares.
 *
 * @module
 */

export {
  createCommunicationAccessKeyCredentialPolicy,
  createSigningPolicy,
} from './azure/access-key-policy.ts'
export type { BearerErrorCode, TokenCredential } from './azure/bearer-policy.ts'
export type { UrlWithCredential } from './azure/client-arguments.ts'
export {
  createCommunicationAuthPolicy,
  isKeyCredential,
  parseClientArguments,
} from './azure/client-arguments.ts'
export {
  createIdentifierFromRawId,
  getIdentifierKind,
  getIdentifierRawId,
  isCommunicationUserIdentifier,
  isMicrosoftTeamsAppIdentifier,
  isMicrosoftTeamsUserIdentifier,
  isPhoneNumberIdentifier,
  isTeamsExtensionUserIdentifier,
  isUnknownIdentifier,
} from './azure/identifiers.ts'
export type { PipelinePolicyLike, PipelineRequestLike } from './azure/pipeline.ts'
export type { RestErrorOptions } from './azure/rest-error.ts'
export { isRestError, RestError } from './azure/rest-error.ts'
export {
  deserializeCommunicationIdentifier,
  serializeCommunicationIdentifier,
} from './azure/serialized-identifier.ts'
export { decodeBase64, decodeBase64Url, decodeUtf8, encodeBase64, encodeBase64Url } from './base64.ts'
export type { Cancel, Clock } from './clock.ts'
export { systemClock } from './clock.ts'
export type { CompactJws, CompactJwsErrorCode, JsonObject } from './compact-jws.ts'
export { maxCompactJwsLength, parseCompactJws } from './compact-jws.ts'
export type { ConnectionStringErrorCode, EndpointCredential } from './connection-string.ts'
export { parseConnectionString } from './connection-string.ts'
export type { AbortSignalLike } from './credential/abort.ts'
export type { AccessToken, CredentialErrorCode } from './credential/access-token.ts'
export type {
  CommunicationGetTokenOptions,
  CommunicationTokenCredential,
  CommunicationTokenRefreshOptions,
} from './credential/communication-token-credential.ts'
export { AzureCommunicationTokenCredential } from './credential/communication-token-credential.ts'
export type {
  EntraCommunicationTokenCredentialOptions,
  EntraTokenCredential,
} from './credential/entra-exchange.ts'
export type { RefreshScheduleOptions } from './credential/refresh-options.ts'
export type { ErrorDetails, LatchkeyErrorOptions } from './errors.ts'
export { isLatchkeyError, LatchkeyError } from './errors.ts'
export type {
  CallingApplicationIdentifier,
  CallingApplicationKind,
  CommunicationIdentifier,
  CommunicationIdentifierKind,
  CommunicationUserIdentifier,
  CommunicationUserKind,
  Identifier,
  MicrosoftTeamsAppIdentifier,
  MicrosoftTeamsAppKind,
  MicrosoftTeamsUserIdentifier,
  MicrosoftTeamsUserKind,
  PhoneNumberIdentifier,
  PhoneNumberKind,
  TeamsCloud,
  TeamsCloud as SerializedCommunicationCloudEnvironment,
  TeamsExtensionUserIdentifier,
  TeamsExtensionUserKind,
  UnknownIdentifier,
  UnknownIdentifierKind,
} from './identifiers/identifier.ts'
export { isCallingApplicationIdentifier } from './identifiers/identifier.ts'
export type { IdentifierErrorCode } from './identifiers/raw-id.ts'
export { formatRawId, parseRawId } from './identifiers/raw-id.ts'
export type {
  WireCommunicationUser,
  WireCommunicationUser as SerializedCommunicationUserIdentifier,
  WireIdentifier,
  WireIdentifier as SerializedCommunicationIdentifier,
  WireMicrosoftTeamsApp,
  WireMicrosoftTeamsApp as SerializedMicrosoftTeamsAppIdentifier,
  WireMicrosoftTeamsUser,
  WireMicrosoftTeamsUser as SerializedMicrosoftTeamsUserIdentifier,
  WirePhoneNumber,
  WirePhoneNumber as SerializedPhoneNumberIdentifier,
  WireTeamsExtensionUser,
  WireTeamsExtensionUser as SerializedTeamsExtensionUserIdentifier,
} from './identifiers/wire-identifier.ts'
export { formatWireIdentifier, parseWireIdentifier } from './identifiers/wire-identifier.ts'
export { isLocalKey, isLocalUrl, isLoopbackUrl, localKeyHead } from './local-key.ts'
export { Secret } from './secret.ts'
export type { AccessKeyErrorCode, KeyCredential } from './signing/access-key.ts'
export { AccessKeyCredential } from './signing/access-key.ts'
export type { SigningErrorCode } from './signing/body.ts'
export type { HeaderSigner, RequestSigner, SignerOptions } from './signing/signer.ts'
export { createHeaderSigner, createRequestSigner } from './signing/signer.ts'
export type { SignableRequest, SignatureHeaders } from './signing/string-to-sign.ts'
export type {
  ReceivedRequest,
  SignatureRefusal,
  SignatureVerdict,
  VerifySignedRequestOptions,
} from './signing/verify-signed-request.ts'
export { verifySignedRequest } from './signing/verify-signed-request.ts'
