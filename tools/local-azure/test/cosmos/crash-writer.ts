/**
 * A process that serves a data file and writes to it as fast as it can, eight stories at a time so that writes share commits,
 * and says which steps were acknowledged, until it is killed.
 */

import { writeSync } from 'node:fs'
import { CosmosClient } from '@azure/cosmos'
import { startCosmos } from '../../src/cosmos/start-cosmos.ts'
import { containerId, storyOf } from './crash-stories.ts'

const [, , file = '', round = '0'] = process.argv
const { endpoint, key } = await startCosmos({ file, throttling: false })
const client = new CosmosClient({ endpoint, key })
const { database } = await client.databases.createIfNotExists({ id: 'crash' })
await database.containers.createIfNotExists({ id: containerId, partitionKey: '/pk' })
let next = 0
const write = async (): Promise<never> => {
  for (;;) {
    const id = `${round}-${next}`
    next += 1
    for (const [index, step] of storyOf(database, id).steps.entries()) {
      await step()
      // Written at once: whatever stands here has been acknowledged.
      writeSync(1, `${id} ${index + 1}\n`)
    }
  }
}
await Promise.all(Array.from({ length: 8 }, write))
