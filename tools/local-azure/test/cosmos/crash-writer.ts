/**
 * A process that serves a data file and writes items to it as fast as it can, eight at a time so that writes share commits,
 * and says which ones were acknowledged, until it is killed.
 */

import { writeSync } from 'node:fs'
import { CosmosClient } from '@azure/cosmos'
import { startCosmos } from '../../src/cosmos/start-cosmos.ts'

const [, , file = '', round = '0'] = process.argv
const { endpoint, key } = await startCosmos({ file, throttling: false })
const client = new CosmosClient({ endpoint, key })
const { database } = await client.databases.createIfNotExists({ id: 'crash' })
const { container } = await database.containers.createIfNotExists({ id: 'items', partitionKey: '/pk' })
let next = 0
const write = async (): Promise<never> => {
  for (;;) {
    const n = next
    next += 1
    const id = `${round}-${n}`
    await container.items.create({ id, pk: `p${n % 5}`, n, pad: 'x'.repeat(n % 2000) })
    // Written at once: whatever stands here has been acknowledged.
    writeSync(1, `${id} p${n % 5}\n`)
  }
}
await Promise.all(Array.from({ length: 8 }, write))
