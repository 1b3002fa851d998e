/**
 * What the writer of the kill run does, step by step, and what is there after each step: so that whoever knows the last step
 * that was acknowledged knows what must be found.
 */

import { type Database, PermissionMode } from '@azure/cosmos'

/** A chain of writes to things that nobody else touches. */
export interface Story {
  /** Each resolves when it was acknowledged. */
  readonly steps: readonly (() => Promise<unknown>)[]
  /** What is there after each number of steps, `expected[0]` before the first. */
  readonly expected: readonly string[]
  /** What is there. */
  look(): Promise<string>
}

/** The container the stories write items to. */
export const containerId = 'items'

const pad = (n: number): string => 'x'.repeat(n * 500)

/** An item is created, replaced, patched, changed in a batch that also adds a sibling, and deleted. */
function itemStory(database: Database, id: string): Story {
  const container = database.container(containerId)
  const item = container.item(id, id)
  const body = (n: number): { id: string; pk: string; n: number; pad: string } => ({
    id,
    pk: id,
    n,
    pad: pad(n),
  })
  const sibling = { id: `${id}-sibling`, pk: id }
  const seen = (n: number, siblings: number): string =>
    `n ${n}, ${pad(n).length} characters, ${siblings} more`
  return {
    steps: [
      () => container.items.create(body(0)),
      () => item.replace(body(1)),
      () =>
        item.patch([
          { op: 'incr', path: '/n', value: 1 },
          { op: 'set', path: '/pad', value: pad(2) },
        ]),
      () =>
        container.items.batch(
          [
            { operationType: 'Upsert', resourceBody: body(3) },
            { operationType: 'Create', resourceBody: sibling },
          ],
          id,
        ),
      () => item.delete(),
      () => container.items.upsert(body(4)),
    ],
    expected: ['nothing', seen(0, 0), seen(1, 0), seen(2, 0), seen(3, 1), '1 more', seen(4, 1)],
    look: async () => {
      const { resource } = await item.read<{ n: number; pad: string }>()
      const more = (await container.item(sibling.id, id).read()).resource ? 1 : 0
      if (resource) return `n ${resource.n}, ${resource.pad.length} characters, ${more} more`
      return more > 0 ? `${more} more` : 'nothing'
    },
  }
}

/** A user is created, given a permission that is then widened and taken away, and deleted. */
function userStory(database: Database, id: string): Story {
  const user = database.user(id)
  const permission = (permissionMode: PermissionMode): never =>
    ({ id: 'p', permissionMode, resource: `dbs/${database.id}/colls/${containerId}` }) as never
  return {
    steps: [
      () => database.users.create({ id }),
      () => user.permissions.create(permission(PermissionMode.Read)),
      () => user.permission('p').replace(permission(PermissionMode.All)),
      () => user.permission('p').delete(),
      () => user.permissions.upsert(permission(PermissionMode.Read)),
      () => user.delete(),
    ],
    expected: ['nobody', 'user', 'user, read', 'user, all', 'user', 'user, read', 'nobody'],
    look: async () => {
      const found = await database.users.query({ query: `SELECT * FROM c WHERE c.id = "${id}"` }).fetchAll()
      if (found.resources.length === 0) return 'nobody'
      const { resources } = await user.permissions.readAll().fetchAll()
      return ['user', ...resources.map(({ permissionMode }) => permissionMode)].join(', ')
    },
  }
}

/** The story of an id: of a user for every fourth, else of an item. Some are not told to the end, so that things remain. */
export function storyOf(database: Database, id: string): Story {
  const number = Number(id.split('-').at(-1))
  const story = number % 4 === 3 ? userStory(database, id) : itemStory(database, id)
  const length = number % 3 === 0 ? story.steps.length : 3 + (number % 2)
  return { ...story, steps: story.steps.slice(0, length), expected: story.expected.slice(0, length + 1) }
}
