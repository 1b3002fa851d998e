/**
 * The use of the function key where it is the only proof: whoever has it learns something about a person.
 *
 * Calls that bring a person's token too are that person's acts, and the key opens nothing more for them.
 */

import type { FlowContext, Parts } from '../parts.ts'
import { note } from './audit.ts'

/** @param subject - The person something is learnt about, or a pseudonym. */
export function noteKeyUse(
  parts: Parts,
  context: FlowContext,
  name: 'CheckAccount' | 'GetUserInfo',
  subject: string,
): Promise<void> {
  const { functionKey: actor } = context
  const details = { function: name }
  return note(parts, context, { action: 'key-used', subject, ...(actor !== undefined && { actor }), details })
}
