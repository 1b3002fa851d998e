/**
 * A request to the token endpoint of a policy, and what every grant asks of it.
 */

import type { Application } from '../applications.ts'
import type { EntraContext } from '../entra-context.ts'
import type { ClientProof } from '../grants/client-proof.ts'
import type { Parameters } from '../grants/form.ts'
import { B2cError } from './errors.ts'
import type { Policy } from './policies.ts'

/** A request to the token endpoint whose client is known. */
export interface TokenRequest {
  readonly context: EntraContext
  readonly policy: Policy
  readonly application: Application
  readonly form: Parameters
  readonly proof: ClientProof
}

/** The parameter called `name`. @throws {@link B2cError} AADB2C90083 */
export function require(form: Parameters, name: string): string {
  const value = form.get(name)
  if (value === undefined) throw new B2cError('AADB2C90083', name)
  return value
}

/**
 * Checks the secret or certificate of a client that has to have one, and refuses one of a client that cannot.
 *
 * @throws {@link B2cError} AADB2C90079, AADB2C90081, AADB2C90017 or AADB2C90084
 */
export function authenticate({ proof }: TokenRequest, confidential: boolean): void {
  if (!confidential) {
    if (proof !== 'none') throw new B2cError('AADB2C90084')
    return
  }
  if (proof === 'none') throw new B2cError('AADB2C90079')
  if (proof === 'wrong-secret') throw new B2cError('AADB2C90081')
  if (proof === 'wrong-assertion') throw new B2cError('AADB2C90017', 'signature, audience or time')
}
