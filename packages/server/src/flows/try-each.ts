/**
 * Steps that take something away, none of which may be left out because another one failed.
 */

/**
 * Runs the steps in order, each although another one failed.
 *
 * @throws what failed first, once everything was tried.
 */
export async function tryEach(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) await step().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}
