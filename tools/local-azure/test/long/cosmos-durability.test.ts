import { expect, test } from 'vitest'
import { crashRepeatedly } from '../cosmos/crash-loop.ts'

test('kill -9, a hundred times, loses nothing that was acknowledged', async () => {
  const { acknowledged, wrong } = await crashRepeatedly(100)
  console.log(`cosmos: ${acknowledged} acknowledged writes over 100 kills, ${wrong.length} effects wrong`)
  expect(acknowledged).toBeGreaterThan(1_000)
  expect(wrong).toEqual([])
})
