/**
 * How an application has proved who it is.
 */

import type { Application } from '../applications.ts'
import { type EntraContext, isSameSecret } from '../entra-context.ts'
import { assertionType } from './client-certificates.ts'
import type { ClientCredentials } from './client-credentials-of.ts'
import type { Parameters } from './form.ts'

/** Nothing shown, a secret that is right or wrong, a certificate's assertion that is right or wrong. */
export type ClientProof = 'none' | 'right-secret' | 'wrong-secret' | 'right-assertion' | 'wrong-assertion'

/** Judges what a client showed at the token endpoint `url`. */
export async function judgeClient(
  context: EntraContext,
  application: Application,
  form: Parameters,
  { clientSecret }: ClientCredentials,
  url: string,
): Promise<ClientProof> {
  const assertion = form.get('client_assertion')
  if (assertion !== undefined) {
    if (clientSecret !== undefined || form.get('client_assertion_type') !== assertionType)
      return 'wrong-assertion'
    const { origin, pathname } = new URL(url)
    const expected = { clientId: application.clientId, audience: `${origin}${pathname}` }
    return (await context.certificates.accepts(assertion, expected)) ? 'right-assertion' : 'wrong-assertion'
  }
  if (clientSecret === undefined) return 'none'
  return isSameSecret(clientSecret, application.secret ?? '') ? 'right-secret' : 'wrong-secret'
}
