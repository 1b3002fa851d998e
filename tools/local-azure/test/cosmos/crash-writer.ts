/**
 * A process that writes items to a data file as fast as it can, and says which ones were acknowledged, until it is killed.
 */

import { writeSync } from 'node:fs'
import { CosmosClient } from '@azure/cosmos'
import { openInProcessCosmos } from '../../src/cosmos/in-process.ts'

const [, , file = '', round = '0'] = process.argv
const { httpClient, endpoint, key } = openInProcessCosmos({ file })
const client = new CosmosClient({ endpoint, key, httpClient })
const { database } = await client.databases.createIfNotExists({ id: 'crash' })
const { container } = await database.containers.createIfNotExists({ id: 'items', partitionKey: '/pk' })
for (let i = 0; ; i += 1) {
  const id = `${round}-${i}`
  await container.items.create({ id, pk: `p${i % 5}`, n: i, pad: 'x'.repeat(i % 2000) })
  // Written at once: whatever stands here has been acknowledged.
  writeSync(1, `${id} p${i % 5}\n`)
}
