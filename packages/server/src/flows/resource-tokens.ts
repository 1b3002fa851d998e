/**
 * GetResourceTokens: what somebody may open in Cosmos DB.
 */

import type { Parts } from '../parts.ts'
import type { Person } from '../person.ts'
import type { IssuedResourceTokens } from '../resource-tokens/resource-tokens.ts'
import { spanNames } from '../telemetry/spans.ts'

/** @param person - Verified; absent for guests. */
export function issueResourceTokens(parts: Parts, person: Person | undefined): Promise<IssuedResourceTokens> {
  return parts.inSpan(spanNames.resourceTokens, {}, () => parts.resourceTokens.issue(person))
}
