/**
 * Every way to start an account: its limits are on, unless it was started without.
 */

import { describe, expect, test } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { startCosmos } from '../../src/cosmos/index.ts'
import { startLocalAzure } from '../../src/index.ts'
import { isThrottled } from './burst.ts'

const program = (...flags: string[]): Promise<number> => {
  const burst = `"${process.execPath}" "${import.meta.dirname}/burst.ts"`
  return createProgram().run(['node', 'latchkey-azure', 'exec', ...flags, burst])
}

describe('limits', () => {
  test.for([
    ['on', {}, true],
    ['off without', { throttling: false }, false],
  ] as const)('of startCosmos are %s', async ([, options, throttled]) => {
    const cosmos = await startCosmos(options)
    expect(await isThrottled(cosmos.endpoint, cosmos.key)).toBe(throttled)
    await cosmos.close()
  })

  test.for([
    ['on', {}, true],
    ['off without', { throttling: false }, false],
  ] as const)('of startLocalAzure are %s', async ([, options, throttled]) => {
    const localAzure = await startLocalAzure({ portBase: 0, data: false, ...options })
    const { endpoint, key } = localAzure.endpoints.cosmos
    expect(await isThrottled(endpoint, key)).toBe(throttled)
    await localAzure.close()
  })

  test.for([
    ['on', [], 3],
    ['off with --no-throttling', ['--no-throttling'], 0],
  ] as const)('of the command are %s', async ([, flags, code]) => {
    expect(await program(...flags)).toBe(code)
  })
})
