/**
 * The local Cosmos without a port, behind the SDK's own `httpClient` option: no peer offers that.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openInProcessCosmos } from '@latchkey/local-azure/cosmos'
import { type CosmosSdk, itemOf, keyOf, median, openContainer, rate } from '../cosmos/sdk.ts'
import type { BenchRow, Measurement } from '../row.ts'

const items = 10_000
const rounds = 5

export const row: BenchRow = {
  name: 'cosmos-in-process',
  title: `local Cosmos in process, data on disk, 10,000 items of 1 kB, @azure/cosmos 4.10.1; median of ${rounds}`,
  peers: { '@azure/cosmos': '4.10.1' },
  promises: [
    {
      text: 'at least 10,000 point reads a second through the SDK',
      holds: (figures) => (figures.find(({ metric }) => metric === 'point read')?.value ?? 0) >= 10_000,
    },
  ],
  run: async ({ peer }) => {
    const sdk = await peer<CosmosSdk>('@azure/cosmos')
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-cosmos-'))
    const began = performance.now()
    const account = openInProcessCosmos({ file: join(folder, 'cosmos.sqlite') })
    const { endpoint, key, httpClient } = account
    const { container, client } = await openContainer(sdk, { endpoint, key, httpClient })
    const figures: Measurement[] = [figure('first container', performance.now() - began, 'ms')]
    const measure = async (
      metric: string,
      count: number,
      work: (number: number) => Promise<unknown>,
    ): Promise<void> => {
      const rates: number[] = []
      for (let round = 0; round < rounds; round += 1) {
        rates.push(await rate(count, 16, (number) => work(round * count + number)))
      }
      figures.push(figure(metric, median(rates), '1/s'))
    }
    await measure('create', items / rounds, (number) => container.items.create(itemOf(number)))
    await measure('point read', 5_000, (number) => {
      const { id, pk } = keyOf((number * 7919) % items)
      return container.item(id, pk).read()
    })
    await measure('upsert', 2_000, (number) => container.items.upsert(itemOf((number * 7919) % items)))
    client.dispose()
    account.close()
    rmSync(folder, { recursive: true, force: true })
    return figures
  },
}

function figure(metric: string, value: number, unit: string): Measurement {
  return { subject: 'latchkey', metric, value, unit }
}
