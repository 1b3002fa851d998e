/**
 * The proof by password: who it is of, in the provider's own words.
 */

import { isLatchkeyError } from '@latchkey/common'
import { grantError, inputError } from '../errors.ts'
import type { UpstreamTokens, VerifiedIdentity } from '../identity-providers/identity-provider.ts'
import type { Parts } from '../parts.ts'

/**
 * Asks the provider, waiting for an account that has just been created.
 *
 * @throws `ERR_SERVER_GRANT`, `ERR_SERVER_INPUT` where the provider takes no passwords.
 */
export async function provePassword(
  parts: Parts,
  email: string,
  password: string,
): Promise<{ readonly identity: VerifiedIdentity; readonly tokens: UpstreamTokens }> {
  const { passwordGrant } = parts.provider
  if (!passwordGrant) throw inputError('grant', 'This identity provider takes no passwords here')
  for (const delayMs of [250, 500, 1_000, 2_000, 0]) {
    try {
      const tokens = await passwordGrant.signIn(email, password)
      const identity =
        tokens.idToken === undefined
          ? await parts.provider.verifyAccessToken(tokens.accessToken)
          : await parts.provider.verifyIdToken(tokens.idToken)
      return { identity, tokens }
    } catch (error) {
      // B2C's word for an account made so recently that its sign-in does not know it yet.
      const isTooFresh = isLatchkeyError(error) && error.details['reason'] === 'AADB2C99002'
      if (!isTooFresh || delayMs === 0) throw error
      await new Promise<void>((resolve) => parts.clock.schedule(delayMs, resolve))
    }
  }
  throw grantError('account_unknown')
}
