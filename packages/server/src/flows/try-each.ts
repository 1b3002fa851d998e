/**
 * Removal steps, all of which must run even if one fails.
 */

/**
 * Runs all steps in order, even if one fails.
 *
 * @throws the first failure, once all steps have run.
 */
export async function tryEach(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) await step().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}
