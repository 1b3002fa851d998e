/**
 * GetResourceTokens: what somebody may open in Cosmos DB.
 */

import { forbiddenError } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { readPersonId } from '../person.ts'
import type { IssuedResourceTokens } from '../resource-tokens/resource-tokens.ts'
import type { Holder } from '../sessions/work-before-rotation.ts'
import { spanNames } from '../telemetry/spans.ts'

/**
 * @param person - Verified; absent for guests.
 * @param confirm - Rejects when the person is gone meanwhile. Default: asks the session.
 * @throws `ERR_SERVER_FORBIDDEN` for an id that a role or the shared partition has.
 */
export function issueResourceTokens(
  parts: Parts,
  person: Holder | undefined,
  confirm: () => Promise<void> = async () => person && parts.sessions.confirm(person),
): Promise<IssuedResourceTokens> {
  return parts.inSpan(spanNames.resourceTokens, {}, async () => {
    if (person && readPersonId(person.id, parts.settings.roles) === undefined) throw forbiddenError(person.id)
    return parts.resourceTokens.issue(person && { ...person, confirm })
  })
}
