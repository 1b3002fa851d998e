/**
 * Says which port was taken, and what to do about it.
 */

/** Waits for `starting`; a taken port becomes an error that names the part and the way out. */
export async function nameTakenPort<T>(part: string, starting: Promise<T>): Promise<T> {
  return await starting.catch((cause: unknown) => {
    if (!(cause instanceof Error) || !('code' in cause) || cause.code !== 'EADDRINUSE') throw cause
    const port = 'port' in cause ? ` ${String(cause.port)}` : ''
    throw new Error(
      `Port${port} (${part}) is taken. Choose another block of ports, for example --port-base 5280`,
      {
        cause,
      },
    )
  })
}
