/**
 * Drives a client with several calls under way at once.
 */

/** What one round cost. */
export interface LoadResult {
  readonly requestsPerSecond: number
  /** CPU time of this process for each request, in microseconds. */
  readonly cpuMicroseconds: number
}

/** Makes `requests` calls, `concurrency` at a time. */
export async function load(
  call: () => Promise<unknown>,
  requests: number,
  concurrency: number,
): Promise<LoadResult> {
  let left = requests
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await call()
    }
  }
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: concurrency }, caller))
  const seconds = (performance.now() - startedAt) / 1000
  const { system, user } = process.cpuUsage(cpuBefore)
  return { requestsPerSecond: requests / seconds, cpuMicroseconds: (system + user) / requests }
}
