/** Tells whether SQLite refused a write because a unique index or a primary key has the value already. */
export function isConstraintError(error: unknown): boolean {
  if (!(error instanceof Error && 'errcode' in error)) return false
  // SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY
  return error.errcode === 2067 || error.errcode === 1555
}
