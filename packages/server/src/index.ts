/**
 * Sign-in, sessions, roles and resource tokens for apps on Azure, as an HTTP API.
 *
 * @module
 */

export type { Account, AccountPage, Accounts, AccountWithGroups, NewAccount } from './accounts/accounts.ts'
export type { LeavingAdmins, Marked, RoleChange, RoleChangeStore } from './accounts/role-change-store.ts'
export type { Latchkey } from './create-latchkey.ts'
export { createLatchkey } from './create-latchkey.ts'
export type { ErrorAnswer, ServerErrorCode } from './errors.ts'
export { errorAnswers } from './errors.ts'
export { createApp } from './http/app.ts'
export type { AppOptions } from './http/app-options.ts'
export type { LimitName } from './http/rate-limit.ts'
export { defaultLimits } from './http/rate-limit.ts'
export type { Limit } from './http/token-buckets.ts'
export type {
  AuthorizationRequest,
  CodeRedemption,
  IdentityProvider,
  PasswordGrant,
  UpstreamTokens,
  VerifiedIdentity,
} from './identity-providers/identity-provider.ts'
export type { OnUnexpectedError } from './parts.ts'
export type { Person, Subject } from './person.ts'
export type { LatchkeyPorts } from './ports.ts'
export type { Random } from './random.ts'
export type { GrantedPermission } from './resource-tokens/reconcile.ts'
export type {
  RolePermission,
  RolePermissionKind,
  WantedPermission,
} from './resource-tokens/wanted-permissions.ts'
export type { NamedKey } from './sessions/key-ring.ts'
export type { EndReason, Session, SessionRules } from './sessions/session.ts'
export type { RotationCondition, SessionStore, StoredSession } from './sessions/session-store.ts'
export type { Environment } from './settings/environment.ts'
export { parseSettings } from './settings/parse-settings.ts'
export type {
  ApiSettings,
  ClientCredential,
  CommunicationSettings,
  CosmosSettings,
  FluidSettings,
  GraphSettings,
  LatchkeySettings,
  ProviderSettings,
} from './settings/settings.ts'
export type {
  CosmosContainer,
  CosmosDatabases,
  PointRead,
  SystemContainerName,
} from './stores/cosmos/cosmos-database.ts'
export type { CosmosRetry } from './stores/cosmos/cosmos-retry.ts'
export type { MemoryStoresOptions } from './stores/memory/memory-stores.ts'
export { createMemoryStores } from './stores/memory/memory-stores.ts'
export type {
  AuditAction,
  AuditEvent,
  AuditStore,
  PermissionStore,
  RolePermissionStore,
  RuleRow,
  RulesClaim,
  StoredRules,
  Stores,
  UserRow,
  UserRows,
} from './stores/stores.ts'
export type { Log, LogEvent } from './telemetry/log.ts'
export { createJsonLog } from './telemetry/log.ts'
export { spanNames } from './telemetry/spans.ts'
export type {
  TokenRequest,
  TokenService,
  TokenServiceContext,
  TokenServiceFactory,
} from './tokens/token-service.ts'
export type { Fetch } from './upstream-request.ts'
