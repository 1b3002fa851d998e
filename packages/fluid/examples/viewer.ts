/**
 * A viewer: sees everything, changes nothing.
 */

import { createFluidTokenSigner, type FluidTenantKeys, type FluidToken } from '@latchkey/fluid'

export function tokenForViewer(tenantId: string, keys: FluidTenantKeys, documentId: string): FluidToken {
  const signer = createFluidTokenSigner({ tenantId, keys })
  return signer.sign({
    documentId,
    scopes: ['doc:read'],
    user: { id: 'vi', name: 'Vi' },
    // Short, because a viewer may be anybody.
    lifetimeSeconds: 600,
  })
}
