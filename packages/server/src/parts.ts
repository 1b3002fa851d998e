/**
 * What the flows work with: every port, wired once.
 */

import type { Clock } from '@latchkey/common'
import type { Accounts } from './accounts/accounts.ts'
import type { AuditNotes } from './flows/audit-notes.ts'
import type { Pseudonyms } from './flows/pseudonyms.ts'
import type { IdentityProvider } from './identity-providers/identity-provider.ts'
import type { Random } from './random.ts'
import type { ResourceTokens } from './resource-tokens/resource-tokens.ts'
import type { AccessTokens } from './sessions/access-token.ts'
import type { KeyRing } from './sessions/key-ring.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { SigningKeys } from './sessions/signing-keys.ts'
import type { LatchkeySettings } from './settings/settings.ts'
import type { Stores } from './stores/stores.ts'
import type { Log } from './telemetry/log.ts'
import type { InSpan } from './telemetry/spans.ts'
import type { TokenService } from './tokens/token-service.ts'

/** Receives an unexpected error, with the correlation id of its answer and log lines. */
export type OnUnexpectedError = (error: unknown, correlationId: string) => void

/** The wired server, without HTTP. */
export interface Parts {
  readonly settings: LatchkeySettings
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly onUnexpectedError?: OnUnexpectedError
  readonly inSpan: InSpan
  readonly provider: IdentityProvider
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly accessTokens: AccessTokens
  readonly signingKeys: SigningKeys
  /** Seals what waits in a cookie during sign-in. */
  readonly sealRing: KeyRing
  readonly resourceTokens: ResourceTokens
  readonly stores: Stores
  /** Takes the events that anybody can cause. */
  readonly auditNotes: AuditNotes
  readonly pseudonyms: Pseudonyms
  readonly tokenServices: ReadonlyMap<string, TokenService>
}

/** What a flow knows about the request it serves. */
export interface FlowContext {
  readonly correlationId: string
  /** The id that the caller gave the request: theirs to choose, at most 64 of `A-Z a-z 0-9 -`. */
  readonly callerCorrelationId?: string
  /** The pseudonym of the network the request came from; absent when that is not known. */
  readonly client?: string
  /** The pseudonym of the function key it came with. */
  readonly functionKey?: string
}
