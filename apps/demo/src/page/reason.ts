/** What to tell a person about a failure. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
