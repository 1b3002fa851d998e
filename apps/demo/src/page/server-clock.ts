/**
 * The server's time, as its answers tell it: what tokens end by, whatever the clock of this machine says.
 */

// How far the server is ahead of this machine.
let aheadMs = 0

// A Date header is cut to the second, half of which is lost on average, and takes its time on the way.
const cutMs = 500
const unsureMs = 1_500

/** The server's present moment, in milliseconds since the Unix epoch. */
export function serverNow(): number {
  return Date.now() + aheadMs
}

/** `fetch` that sets the clock by each answer. */
export async function fetchByServerClock(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init)
  const told = Date.parse(response.headers.get('date') ?? '')
  const seenAheadMs = told + cutMs - Date.now()
  if (!Number.isNaN(told)) aheadMs = Math.abs(seenAheadMs) > unsureMs ? seenAheadMs : 0
  return response
}

/** Asks the server for nothing but its time; without an answer the clock goes on as it was. */
export async function askServerTime(): Promise<void> {
  await fetchByServerClock('/key.svg', { method: 'HEAD', cache: 'no-store' }).catch(() => undefined)
}
