/**
 * Operations per second of several subjects, measured in turn.
 *
 * The subjects run one after the other in short rounds (A B C, A B C, …) and the median round of each counts, so that a
 * machine whose speed drifts, or a neighbour that wakes up, treats all of them alike.
 */

const rounds = 9
const roundMs = 250
const warmUpMs = 150

/** Measures each subject; one that returns promises is awaited, one call after another. */
export async function compare(
  subjects: Readonly<Record<string, () => unknown>>,
): Promise<ReadonlyMap<string, number>> {
  const entries = Object.entries(subjects)
  const rates = new Map<string, number[]>(entries.map(([name]) => [name, []]))
  for (const [, subject] of entries) await rate(subject, warmUpMs)
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, subject] of entries) rates.get(name)?.push(await rate(subject, roundMs))
  }
  return new Map([...rates].map(([name, values]) => [name, median(values)]))
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

async function rate(subject: () => unknown, durationMs: number): Promise<number> {
  const isAsync = subject() instanceof Promise
  const startedAt = performance.now()
  let calls = 0
  let elapsedMs = 0
  while (elapsedMs < durationMs) {
    // The clock is read once in a batch, or reading it would be what is measured.
    for (let call = 0; call < 50; call += 1) {
      if (isAsync) await subject()
      else subject()
    }
    calls += 50
    elapsedMs = performance.now() - startedAt
  }
  return (calls / elapsedMs) * 1000
}
