/**
 * The person's own partition of the Profile container, read and written by the page itself with a resource token.
 */

import { withOwnContainer } from './own-containers.ts'

/** A row as the page shows it. */
export interface ProfileRow {
  readonly id: string
  readonly partition: string
  readonly motto: string
}

/** What Cosmos DB said to an attempt. */
export interface Answer {
  readonly status: number
  readonly message: string
}

const container = 'Profile'

/** The row `profile` of the person's own partition, or an empty one. */
export async function readOwnRow(personId: string): Promise<ProfileRow> {
  return await withOwnContainer(container, personId, async (profile) => {
    const { resource } = await profile.item('profile', personId).read<ProfileRow>()
    return resource ?? { id: 'profile', partition: personId, motto: '' }
  })
}

/** Writes the row back. */
export async function writeOwnRow(row: ProfileRow): Promise<void> {
  await withOwnContainer(container, row.partition, (profile) => profile.items.upsert(row))
}

/** Tries, with the person's own token, to read a partition that may not be theirs. */
export async function tryPartition(personId: string, partition: string): Promise<Answer> {
  try {
    const { resources } = await withOwnContainer(container, personId, (profile) =>
      profile.items.query('SELECT * FROM c', { partitionKey: partition }).fetchAll(),
    )
    const count = resources.length
    return { status: 200, message: count === 1 ? 'one row' : `${count} rows` }
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: string }
    if (typeof code !== 'number') throw error
    return { status: code, message: inWords(message ?? '') }
  }
}

// Cosmos DB wraps its words in JSON, and the client adds lines of its own.
function inWords(message: string): string {
  const [first = ''] = message.split('\n')
  return /"Errors":\["([^"]+)"/.exec(first)?.[1] ?? first
}
