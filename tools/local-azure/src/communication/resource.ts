/**
 * The one Communication Services resource of local Azure: its users, their tokens and its limits.
 */

import type { ServiceHost } from '../host/service.ts'
import { AccessTokens } from './access-tokens.ts'
import { Identities } from './identities.ts'
import { type IdentityOperation, identityLimits, ServiceLimits } from './service-limits.ts'

/** Is told the raw id of a user. */
export type IdentityListener = (identity: string) => void

/** The resource all operations work on. */
export class CommunicationResource {
  readonly host: ServiceHost
  /** The immutable id of the resource, which stands in every user's id. */
  readonly id: string
  readonly identities: Identities
  readonly tokens: AccessTokens
  readonly limits: ServiceLimits
  readonly #accessEnded: IdentityListener[] = []
  readonly #deleted: IdentityListener[] = []

  constructor(host: ServiceHost) {
    this.host = host
    this.id = host.keys.id('communication-resource')
    this.identities = new Identities(host, this.id)
    this.tokens = new AccessTokens(host, this.id)
    this.limits = new ServiceLimits(host.clock, host.throttling)
  }

  /** Calls `listener` whenever the tokens of a user have been revoked or the user deleted. */
  onAccessEnded(listener: IdentityListener): void {
    this.#accessEnded.push(listener)
  }

  /** Calls `listener` whenever a user has been deleted. */
  onIdentityDeleted(listener: IdentityListener): void {
    this.#deleted.push(listener)
  }

  /** Ends every token of a user. */
  revokeTokens(identity: string): void {
    this.tokens.revoke(identity)
    for (const listener of this.#accessEnded) listener(identity)
  }

  /** Deletes a user and ends its tokens. */
  deleteIdentity(identity: string): void {
    this.identities.delete(identity)
    this.revokeTokens(identity)
    for (const listener of this.#deleted) listener(identity)
  }

  /** Counts one identity operation. */
  count(operation: IdentityOperation): void {
    this.limits.count(operation, this.id, identityLimits[operation])
  }

  /** Forgets users, tokens and counts. */
  reset(): void {
    for (const { id } of this.identities.list()) this.revokeTokens(id)
    this.identities.reset()
    this.tokens.reset()
    this.limits.reset()
  }
}
