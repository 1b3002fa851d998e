/**
 * A creator, whom the server believes because the service vouches for it.
 *
 * After a document was created the service gives the client a proof, the client gives it to `documentPostCreateCallback`,
 * and the callback posts it to the server, which now knows whose document it is.
 */

import { createFluidTokenVerifier, type FluidVerifyingKeys, type UsedTokens } from '@latchkey/fluid'

/** Tells who created the document; throws `ERR_FLUID_TOKEN` unless the proof is good, and good for this document. */
export async function creatorOf(
  documentId: string,
  creationToken: string,
  // With several processes: one store for all of them, or a proof is good once in each.
  server: { readonly tenantId: string; readonly keys: FluidVerifyingKeys; readonly usedTokens: UsedTokens },
): Promise<string> {
  const { tenantId, keys, usedTokens } = server
  const verifier = createFluidTokenVerifier({ tenantId, keys })
  const { user } = await verifier.verifyCreationToken(creationToken, { documentId, usedTokens })
  return user.id
}
