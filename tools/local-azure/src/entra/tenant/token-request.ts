/**
 * A request to a tenant's token endpoint, and what every grant asks of it.
 */

import type { Application } from '../applications.ts'
import type { Directory } from '../directory/directory.ts'
import type { EntraContext } from '../entra-context.ts'
import type { ClientProof } from '../grants/client-proof.ts'
import type { Parameters } from '../grants/form.ts'
import { EntraError } from './errors.ts'

/** A request whose client is known. */
export interface TenantTokenRequest {
  readonly context: EntraContext
  readonly directory: Directory
  readonly application: Application
  readonly form: Parameters
  readonly proof: ClientProof
}

/** The parameter called `name`. @throws {@link EntraError} 900144 */
export function requireField(form: Parameters, name: string): string {
  const value = form.get(name)
  if (value === undefined) throw new EntraError(900_144, [name])
  return value
}

/**
 * Checks the secret or certificate of a client that has one, and refuses one of a client that has none.
 *
 * @throws {@link EntraError} 7000218, 7000215, 700027 or 700025
 */
export function authenticateClient({ application, proof }: TenantTokenRequest): void {
  const { clientId, secret } = application
  if (secret === undefined) {
    if (proof !== 'none') throw new EntraError(700_025)
    return
  }
  if (proof === 'none') throw new EntraError(7_000_218)
  if (proof === 'wrong-secret') throw new EntraError(7_000_215, [clientId])
  if (proof === 'wrong-assertion') throw new EntraError(700_027)
}
