/**
 * What the two directories do differently when somebody is sent to sign in.
 */

import type { Clock } from '@latchkey/common'
import type { Application } from '../applications.ts'
import type { Account } from '../directory/account.ts'
import type { Directory } from '../directory/directory.ts'
import type { EntraContext } from '../entra-context.ts'
import type { AuthorizeRequest } from './authorize-request.ts'

/** What is wrong with a request to sign somebody in, or how it ended. */
export type AuthorizeFault =
  | 'cancelled'
  | 'challenge-method'
  | 'challenge-missing'
  | 'client-missing'
  | 'client-unknown'
  | 'forgot-password'
  | 'implicit-disabled'
  | 'login-required'
  | 'no-sign-in'
  | 'nonce-missing'
  | 'openid-missing'
  | 'prompt'
  | 'redirect-missing'
  | 'redirect-unregistered'
  | 'response-mode'
  | 'response-type'

/** An error as the client reads it. */
export interface OAuthError extends Error {
  readonly error: string
  describe(clock: Clock): string
}

/** What a person can do at a sign-in page. */
export type Journey = 'sign-in' | 'sign-up' | 'password-reset' | 'profile-edit'

/** One place to sign in: a B2C policy, or the External ID tenant. */
export interface Realm {
  readonly context: EntraContext
  readonly directory: Directory
  /** Where the pages are, without a slash at the end: scheme, host, port, tenant and policy. */
  readonly base: string
  /** The query that belongs to every address (`?p=`), or empty. */
  readonly query: string
  readonly journeys: readonly Journey[]
  /** Whether a forgotten password is the client's business (B2C) or solved on the page. */
  readonly forgottenPassword: 'tell-client' | 'on-page'
  fault(kind: AuthorizeFault, ...facts: readonly string[]): OAuthError
  /** Checks the scope parameter. Throws an {@link OAuthError}. */
  checkScopes(application: Application, scope: string | undefined): void
  /** The parameters the client gets for a person who has signed in. */
  complete(
    request: AuthorizeRequest,
    application: Application,
    person: { readonly account: Account; readonly isNew: boolean },
  ): Promise<Readonly<Record<string, string>>>
}
