/**
 * Role changes in memory.
 */

import type { LeavingAdmins, Marked, RoleChange, RoleChangeStore } from '../../accounts/role-change-store.ts'

/** Makes a store of role changes in memory. */
export function createMemoryRoleChangeStore(): RoleChangeStore {
  const changes = new Map<string, Marked<RoleChange>>()
  let present: Marked<LeavingAdmins> = { value: {}, mark: undefined }
  let written = 0
  const mark = (): string => {
    written += 1
    return String(written)
  }
  const leave = ({ value, mark: seen }: Marked<LeavingAdmins>): boolean => {
    if (present.mark !== seen) return false
    present = { value, mark: mark() }
    return true
  }
  return {
    change: async (personId) => changes.get(personId) ?? { value: undefined, mark: undefined },
    leaving: async () => present,
    ask: async (personId, { value, mark: seen }, leaving) => {
      if (changes.get(personId)?.mark !== seen) return undefined
      if (leaving && !leave(leaving)) return undefined
      const next = { value, mark: mark() }
      changes.set(personId, next)
      return next.mark
    },
    leave: async (leaving) => leave(leaving),
  }
}
