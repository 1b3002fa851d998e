/**
 * N refreshes of one token at two processes at the same moment, round after round, each round with the successor of the
 * last.
 */

import { expect } from 'vitest'
import { type ApiProcess, refreshAt } from './two-processes.ts'

export async function refreshTogether(
  processes: readonly [ApiProcess, ApiProcess],
  start: string,
  { callers, rounds }: { readonly callers: number; readonly rounds: number },
): Promise<string> {
  let token = start
  for (let round = 0; round < rounds; round += 1) {
    const presented = token
    const answers = await Promise.all(
      Array.from({ length: callers }, (_none, index) =>
        refreshAt(processes[index % 2 === 0 ? 0 : 1], presented),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: callers }, () => 200))
    const successors = new Set(answers.map(({ refreshToken }) => refreshToken))
    expect(successors.size).toBe(1)
    const [successor] = successors
    expect(successor).not.toBe(presented)
    token = successor ?? ''
  }
  return token
}
