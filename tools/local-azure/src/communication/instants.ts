/**
 * How the service writes a moment.
 */

/** With seven decimals and an offset, as the identity operations do: `2026-01-17T10:11:48.4200000+00:00`. */
export function formatOffsetInstant(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '0000+00:00')
}

/** In whole seconds, as the chat operations do: `2026-01-17T10:11:48Z`. */
export function formatSecond(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

/** With milliseconds, as notifications do: `2026-01-17T10:11:48.420Z`. */
export function formatInstant(atMs: number): string {
  return new Date(atMs).toISOString()
}
