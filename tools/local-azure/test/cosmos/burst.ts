/**
 * More metadata at once than an account is given, to see whether its limits are on. By itself: the account of the local Azure
 * in the environment, answered by the exit code 3 for limits that are on, and 0 for none.
 */

import { CosmosClient } from '@azure/cosmos'
import type { Endpoints } from '../../src/endpoints.ts'

/** Writes 150 users at once (1,543 units) and tells whether any was answered 429. */
export async function isThrottled(endpoint: string, key: string): Promise<boolean> {
  const retryOptions = {
    maxRetryAttemptCount: 0,
    fixedRetryIntervalInMilliseconds: 0,
    maxWaitTimeInSeconds: 0,
  } as never
  const client = new CosmosClient({ endpoint, key, connectionPolicy: { retryOptions } })
  const { users } = client.database('latchkey')
  const writes = Array.from({ length: 150 }, (_, i) => users.upsert({ id: `u${i}` }))
  const codes = await Promise.all(
    writes.map((write) =>
      write.then(
        ({ statusCode }) => statusCode,
        ({ code }: { code: number }) => code,
      ),
    ),
  )
  client.dispose()
  if (codes.some((code) => ![200, 201, 429].includes(code))) throw new Error(`Answers: ${codes.join()}`)
  return codes.includes(429)
}

if (import.meta.main) {
  const answer = await fetch(`${process.env['LATCHKEY_LOCAL_AZURE_URL']}/endpoints.json`)
  const { cosmos } = (await answer.json()) as Endpoints
  process.exit((await isThrottled(cosmos.endpoint, cosmos.key)) ? 3 : 0)
}
