/**
 * Both keys of a tenant renewed, one after the other, while people work.
 *
 * 1. Sign with the key that stays. 2. Regenerate the other one in the portal. 3. Sign with the new one. 4. Regenerate the
 * one that stayed. Between the steps nobody needs to wait: a client whose token the service refuses asks for a new one.
 */

import { createFluidTokenSigner, type FluidTenantKeys, type FluidTokenSigner } from '@latchkey/fluid'

/** What the portal, or the Azure SDK, does. */
export type Regenerate = (key: keyof FluidTenantKeys) => Promise<string>

/** Renews both keys; `publish` puts each signer in use. */
export async function renewKeys(
  tenantId: string,
  keys: Required<FluidTenantKeys>,
  regenerate: Regenerate,
  publish: (signer: FluidTokenSigner) => void,
): Promise<FluidTenantKeys> {
  publish(createFluidTokenSigner({ tenantId, keys, signWith: 'secondary' }))
  const primary = await regenerate('primary')
  publish(createFluidTokenSigner({ tenantId, keys: { primary, secondary: keys.secondary } }))
  const secondary = await regenerate('secondary')
  return { primary, secondary }
}
