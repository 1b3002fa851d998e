import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLatchkeyError } from '@latchkey/common'
import { expect, test } from 'vitest'
import { createCosmosService } from '../../src/cosmos/cosmos-service.ts'
import { dataFormat } from '../../src/cosmos/store/schema.ts'
import { Database } from '../../src/host/database.ts'
import { createTestHost } from '../../src/host/test-host.ts'
import { crashRepeatedly } from './crash-loop.ts'

// A hundred rounds: test/long/cosmos-durability.test.ts
test('kill -9 loses nothing that was acknowledged', async () => {
  const { acknowledged, wrong } = await crashRepeatedly(3)
  expect(acknowledged).toBeGreaterThanOrEqual(3)
  expect(wrong).toEqual([])
}, 60_000)

test('a data file of a newer format is refused with a code', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-cosmos-'))
  const file = join(folder, 'cosmos.sqlite')
  const newer = new Database(file)
  newer.exec(`PRAGMA user_version = ${dataFormat + 1}`)
  newer.close()
  const host = createTestHost({ database: file })
  try {
    expect(() => createCosmosService(host)).toThrow(
      expect.toSatisfy((error) => isLatchkeyError(error, 'ERR_LOCAL_COSMOS_DATA_FORMAT')),
    )
  } finally {
    host.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
