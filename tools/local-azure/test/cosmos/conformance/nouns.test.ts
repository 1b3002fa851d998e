/**
 * Every noun of what the local Cosmos promises names its checks: the suite cannot lose one without a word.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const nouns: Readonly<Record<string, readonly string[]>> = {
  databases: ['database: '],
  containers: ['container: '],
  'hierarchical partition keys': ['hierarchical: '],
  'composite keys': ['query: ORDER BY two paths'],
  'unique keys': ['unique key: '],
  'time to live': ['ttl: '],
  'indexing policy': ['container: indexing policy', 'container: the default indexing policy'],
  offers: ['offer: '],
  'items: create': ['item: create'],
  'items: read': ['item: read'],
  'items: upsert': ['item: upsert'],
  'items: replace': ['item: replace'],
  'items: delete': ['item: delete, and', 'item: delete all of a partition key'],
  patch: ['patch: '],
  'patch with condition': ['patch: a condition that holds', 'patch: a condition that does not'],
  'if-match': ['if-match: '],
  'if-none-match': ['if-none-match: '],
  'batch with rollback': ['batch: one failure', 'batch: after a rollback'],
  bulk: ['bulk: '],
  'change feed: partition key': ['change feed: of one partition key'],
  'change feed: container': ['change feed: of the whole container'],
  'change feed: resumable': ['change feed: goes on where it stopped'],
  'session tokens': ['headers: session tokens', 'headers: a session client'],
  'continuation paging': ['paging: '],
  'query plan': ['query: with a forced plan'],
  'partition key ranges': ['container: partition key ranges'],
  cors: ['cors: '],
  queries: ['query: '],
  'queries refused with a position': ['query refused: '],
  users: ['user: '],
  permissions: ['permission: '],
  'permission feed': ['permission: read and list', 'token: permissionFeed'],
  'life of a token': ['permission: a life of', 'token: ends', 'token: lives an hour'],
  'one permission a resource and user': ['permission: one a resource and user'],
  'array partition keys': ['permission: a partition key must be an array'],
  'links of 256 characters': ['permission: a link of 256 characters'],
  'resource tokens': ['token: '],
  'resource tokens: partition key': ['token: of a partition key opens that one', 'token: hierarchical'],
  'master key': ['key: '],
  skew: ['skew: '],
  'request charge': ['headers: every answer has a charge', 'headers: a larger item'],
  'throughput of a container': ['throttling: a container has'],
  'throughput of a database': ['throttling: containers share'],
  autoscale: ['throttling: a container with autoscale'],
  'metadata units': ['throttling: the metadata'],
  'items of 2 MB': ['limit: an item of 2 MB'],
  ids: ['limit: an id of 1023 bytes', 'limit: an id is well-formed'],
  'stored procedures, triggers, functions': ['limit: stored procedures'],
}

const sources = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
  .join('\n')

test.for(Object.entries(nouns))('%s', ([, prefixes]) => {
  for (const prefix of prefixes) {
    // Either called with its name, or one of a table of names behind a prefix.
    const [kind = '', name = ''] = prefix.split(/(?<=: )/)
    const called = new RegExp(`check(Locally)?\\(\\s*['\`]${prefix}`)
    const listed = new RegExp(`check\\(\`${kind}\\$`).test(sources) && sources.includes(`'${name}`)
    expect(called.test(sources) || listed, prefix).toBe(true)
  }
})
