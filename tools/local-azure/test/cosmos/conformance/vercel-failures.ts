/**
 * The checks that `@vercel/cosmosdb-server` 1.0.1 does not pass, found by running the suite against it.
 */
export const vercelFailures: ReadonlySet<string> = new Set<string>([])
