/**
 * Local Azure as a vitest fixture.
 */

import { type TestAPI, test as vitestTest } from 'vitest'
import { type LocalAzure, startLocalAzure } from '../start-local-azure.ts'

/** What a test asks for by naming it. */
export interface LocalAzureFixtures {
  /** A local Azure in memory, on free ports, one for each test file. */
  readonly localAzure: LocalAzure
}

/**
 * vitest's `test` with a local Azure for each test file, started when a test first names it.
 *
 * @example
 * ```ts
 * import { test } from '@latchkey/local-azure/testing'
 *
 * test('signs in', async ({ localAzure }) => {
 *   await fetch(localAzure.endpoints.entra.b2c.metadata)
 * })
 * ```
 */
export const test: TestAPI<LocalAzureFixtures> = vitestTest.extend<{ $file: LocalAzureFixtures }>({
  localAzure: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of wanted fixtures from this pattern.
    async ({}, use) => {
      const localAzure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
      await use(localAzure)
      await localAzure.close()
    },
    { scope: 'file' },
  ],
})
