/**
 * Which role a person has, when the directory says several groups or none.
 */

import { guestRole } from '../person.ts'

/**
 * The role of somebody in `groups`: the highest of the configured order, `guest` for none of them.
 *
 * @param groups - Names of directory groups, in any case.
 * @param order - Role names in lower case, highest first.
 */
export function roleOf(groups: readonly string[], order: readonly string[]): string {
  const held = new Set(groups.map((group) => group.toLowerCase()))
  return order.find((role) => held.has(role)) ?? guestRole
}

/**
 * The changes that leave a person with exactly `wanted` among the roles; groups that are not roles stay.
 *
 * @param asked - What others asked for lately: whatever was read of these may be over by now, so each is set or taken
 *   away whether or not the person seems to have it.
 */
export function roleChanges(
  groups: readonly string[],
  wanted: string,
  order: readonly string[],
  asked: readonly string[] = [],
): { readonly add: readonly string[]; readonly remove: readonly string[] } {
  const held = new Set(groups.map((group) => group.toLowerCase()))
  const isSure = asked.every((role) => role === wanted)
  return {
    add: held.has(wanted) && isSure ? [] : [wanted],
    remove: order.filter((role) => role !== wanted && (held.has(role) || asked.includes(role))),
  }
}

/** Whether `groups` hold `wanted` and no other role. */
export function isExactly(groups: readonly string[], wanted: string, order: readonly string[]): boolean {
  const { add, remove } = roleChanges(groups, wanted, order)
  return add.length + remove.length === 0
}

/** Whether `groups` hold no role at all, not even that of guests. */
export function isRoleless(groups: readonly string[], order: readonly string[]): boolean {
  return roleOf(groups, order) === guestRole && !groups.includes(guestRole)
}
