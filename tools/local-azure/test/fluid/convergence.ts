/**
 * Many clients editing one document at once, and whether they end up with the same.
 */

import { ConnectionState } from 'fluid-framework'
import { expect, vi } from 'vitest'
import { type Container, notesOf, type RelayUnderTest, schema } from './relay-under-test.ts'

export interface ConvergenceResult {
  readonly edits: number
  readonly contents: readonly string[]
}

/** Lets `count` clients edit in rounds until `isOver`, waits until nobody has anything left to send, and answers what each sees. */
export async function editTogether(
  relay: RelayUnderTest,
  count: number,
  isOver: (round: number) => boolean,
): Promise<ConvergenceResult> {
  const { container: creator } = await relay.client('remote').createContainer(schema, '2.0.0')
  notesOf(creator, [])
  const id = await creator.attach()
  const others = await Promise.all(
    Array.from({ length: count - 1 }, async (_, index) => {
      const user = { id: `user-${index}`, name: `User ${index}` }
      const { container } = await relay.client('remote', { user }).getContainer(id, schema, '2.0.0')
      return container
    }),
  )
  const containers = [creator, ...others]
  await until(() => expect(containers.every(isConnected)).toBe(true))
  const edits = await editInRounds(containers, isOver)
  await until(() => expect(containers.some((container) => container.isDirty)).toBe(false))
  await until(() => expect(new Set(containers.map(contentOf)).size).toBe(1))
  const contents = containers.map(contentOf)
  for (const container of containers) container.dispose()
  return { edits, contents }
}

async function editInRounds(
  containers: readonly Container[],
  isOver: (round: number) => boolean,
): Promise<number> {
  let edits = 0
  for (let round = 0; !isOver(round); round += 1) {
    for (const [index, container] of containers.entries()) {
      notesOf(container).add(`${index}:${edits}`)
      container.initialObjects.map.set(`key ${edits % 7}`, `${index}:${edits}`)
      edits += 2
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return edits
}

function contentOf(container: Container): string {
  const values = [...container.initialObjects.map.entries()].sort(([a], [b]) => a.localeCompare(b))
  return JSON.stringify([notesOf(container).read(), values])
}

function isConnected(container: Container): boolean {
  return container.connectionState === ConnectionState.Connected
}

// The limit is the test's own.
function until(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 600_000, interval: 25 })
}
