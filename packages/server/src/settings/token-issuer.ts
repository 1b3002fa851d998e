/** Who our access tokens are from. */

import type { LatchkeySettings } from './settings.ts'

/**
 * The issuer, and the audience, of our access tokens: the root of `/v1`, because libraries look for the keys of an issuer
 * at `{issuer}/.well-known/openid-configuration` (OpenID Connect Discovery 1.0 section 4).
 */
export function tokenIssuerOf({ publicUrl }: Pick<LatchkeySettings, 'publicUrl'>): string {
  return `${publicUrl}/v1`
}
