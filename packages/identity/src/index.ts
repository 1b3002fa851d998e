/**
 * Azure Communication Services identities: the admin client, and the map from your users to theirs.
 *
 * @module
 */

export type { AbortSignalLike } from '@latchkey/common'
export type { CommunicationAccessToken } from './client/answers.ts'
export type { TokenScope } from './client/arguments.ts'
export { customIdApiVersion, tokenScopes } from './client/arguments.ts'
export type { EntraToken, TokenCredential } from './client/authorization.ts'
export type {
  CommunicationUserToken,
  CreateUserAndTokenOptions,
  CreateUserOptions,
  GetTokenForTeamsUserOptions,
  GetTokenOptions,
} from './client/communication-identity-client.ts'
export { CommunicationIdentityClient } from './client/communication-identity-client.ts'
export type { OperationRequest, OperationResponse } from './client/operation-response.ts'
export type {
  CommunicationIdentityClientOptions,
  DispatchAnswer,
  DispatcherLike,
  DispatchRequest,
  OperationOptions,
  RetryOptions,
} from './client/options.ts'
export type {
  CommunicationUserDirectoryOptions,
  CommunicationUserEntry,
  IssueTokenOptions,
} from './directory/communication-user-directory.ts'
export { CommunicationUserDirectory } from './directory/communication-user-directory.ts'
export type { IdentityOperations } from './directory/identity-operations.ts'
export type {
  ForgetOptions,
  MaintenanceFailure,
  PossibleOrphan,
  ReconcileReport,
  SweepReport,
} from './directory/maintenance.ts'
export { createMemoryStore } from './directory/memory-store.ts'
export type {
  CommunicationUserRecord,
  CommunicationUserState,
  Subject,
  UnaccountedCreate,
} from './directory/user-record.ts'
export { subjectId } from './directory/user-record.ts'
export type {
  CommunicationUserQuery,
  CommunicationUserStore,
  StoredCommunicationUser,
} from './directory/user-store.ts'
export type { IdentityErrorCode, ServiceFailure } from './errors.ts'
export { CommunicationIdentityError } from './errors.ts'
export type { TokenRouteAnswer, TokenRouteOptions } from './route/token-route.ts'
export { createTokenRoute } from './route/token-route.ts'
