/**
 * Key after key is replaced while people edit, for as long as a lunch break feels.
 */

import { expect, onTestFinished, test } from 'vitest'
import { startRelay } from '../relay-under-test.ts'
import { rotateUnderLoad } from '../rotation-under-load.ts'

test('eight people, twenty rotations: no edit is lost, nobody is turned away', async () => {
  const relay = await startRelay()
  onTestFinished(() => relay.close())
  const { edits, refusals, missing } = await rotateUnderLoad(relay, { people: 8, rotations: 20 })
  expect(edits).toBeGreaterThan(1_000)
  expect(refusals).toEqual([])
  expect(missing).toEqual([])
})
