import { expect, test } from 'vitest'
import { editTogether } from '../fluid/convergence.ts'
import { startRelay } from '../fluid/relay-under-test.ts'

test('twenty clients editing one document for a minute end up with the same, with summaries on the way', async () => {
  const relay = await startRelay()
  const end = performance.now() + 60_000
  const { edits, contents } = await editTogether(relay, 20, () => performance.now() > end)
  expect(contents).toHaveLength(20)
  expect(new Set(contents).size).toBe(1)
  const [, , , , operations, summaries] = relay.service.overview?.()[0]?.rows[0] ?? []
  console.log(`${edits} edits, ${operations} operations, ${summaries} summaries`)
  // One summary begins the document; the others are the summarizer's, uploaded whole.
  expect(Number(summaries)).toBeGreaterThan(1)
  await relay.close()
})
