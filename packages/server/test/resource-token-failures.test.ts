/**
 * A role that ends while its Cosmos user is made: whatever fails beside it, nothing of that role is there afterwards.
 */

import { systemClock } from '@latchkey/common'
import { describe, expect, test } from 'vitest'
import { createResourceTokens } from '../src/resource-tokens/resource-tokens.ts'
import { createMemoryPermissionStore } from '../src/stores/memory/permissions.ts'
import { createMemoryRolePermissionStore } from '../src/stores/memory/role-permissions.ts'
import type { PermissionStore } from '../src/stores/stores.ts'

const rules = ['Notes', 'Profile'].map((table) => ({
  role: 'editor',
  table,
  permission: 'id-read-write' as const,
}))

/** An issuer over a storage that ends the role just before it makes the user, and then fails as `broken` does. */
function prepare(broken: (store: PermissionStore) => Partial<PermissionStore>) {
  const store = createMemoryPermissionStore(['Notes', 'Profile'])
  const failing = { ...store, ...broken(store) }
  let isInRole = true
  let isBroken = true
  const permissions: PermissionStore = {
    ...store,
    createUser: async (user) => {
      if (isBroken && user === 'p.editor') {
        isInRole = false
        await tokens.keepRole('p', 'guest', ['editor'])
      }
      await (isBroken ? failing : store).createUser(user)
    },
    put: (...args) => (isBroken ? failing : store).put(...args),
  }
  const tokens = createResourceTokens({
    permissions,
    rolePermissions: createMemoryRolePermissionStore(rules),
    lifetimeSeconds: 3_600,
    roles: ['admin', 'editor', 'new', 'guest'],
    clock: systemClock,
  })
  const confirm = async () => {
    if (!isInRole) throw new Error('The session has ended')
  }
  return {
    ask: () => tokens.issue({ id: 'p', role: 'editor', confirm }),
    left: () => store.read('p.editor', 600),
    mend: () => {
      isBroken = false
    },
  }
}

const lost = new Error('The answer was lost')

describe.for<{ what: string; broken: (store: PermissionStore) => Partial<PermissionStore> }>([
  {
    what: 'the first permission fails at once, and the second takes its time',
    broken: (store) => ({
      put: async (user, wanted, seconds) => {
        if (wanted.container === 'Notes') throw lost
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
        return store.put(user, wanted, seconds)
      },
    }),
  },
  {
    what: 'every permission is made, and no answer comes',
    broken: (store) => ({
      put: async (...args) => {
        await store.put(...args)
        throw lost
      },
    }),
  },
  {
    what: 'the user is made, and no answer comes',
    broken: (store) => ({
      createUser: async (user) => {
        await store.createUser(user)
        throw lost
      },
    }),
  },
])('$what', ({ broken }) => {
  test('the ended role is neither kept nor served again', async () => {
    const { ask, left, mend } = prepare(broken)
    await expect(ask()).rejects.toThrow('The session has ended')
    expect(await left()).toBeUndefined()
    mend()
    await expect(ask()).rejects.toThrow('The session has ended')
    expect(await left()).toBeUndefined()
  })
})
