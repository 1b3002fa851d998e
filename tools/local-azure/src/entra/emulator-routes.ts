/**
 * What a test turns by hand and Azure does by itself: key rotation and replication lag.
 */

import { isAllowedOrigin } from '../host/cross-origin.ts'
import { type KeyOwner, keyOwners } from './signing-keys.ts'

/** What can be turned. */
export interface EmulatorControls {
  /** Retires a signing key; the old one stays published for a day. Answers the new key's id. */
  rotateSigningKey(owner: KeyOwner): Promise<string>
  /** How late Graph shows a new object; 0, which it is at first, for at once. */
  setReplicationLag(seconds: number): void
}

const longestLagSeconds = 3_600

/** Answers `POST /emulator/rotate-key {"owner"}` and `POST /emulator/replication-lag {"seconds"}`. */
export async function answerEmulator(
  controls: EmulatorControls,
  request: Request,
  path: string,
): Promise<Response | undefined> {
  const isRotation = path === '/emulator/rotate-key'
  if (!isRotation && path !== '/emulator/replication-lag') return undefined
  if (request.method !== 'POST' || !isAllowedOrigin(request.headers.get('origin')))
    return refuse(405, 'POST only.')
  const body: unknown = await request.json().catch(() => undefined)
  if (isRotation) {
    const owner = keyOwners.find((name) => name === field(body, 'owner'))
    if (!owner) return refuse(400, `owner must be one of ${keyOwners.join(', ')}.`)
    return Response.json({ kid: await controls.rotateSigningKey(owner) })
  }
  const seconds = field(body, 'seconds')
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= longestLagSeconds)) {
    return refuse(400, `seconds must be a number from 0 to ${longestLagSeconds}.`)
  }
  controls.setReplicationLag(seconds)
  return new Response(null, { status: 204 })
}

function field(body: unknown, name: string): unknown {
  return Reflect.get(Object(body), name)
}

function refuse(status: number, message: string): Response {
  return Response.json({ error: { code: 'BadRequest', message } }, { status })
}
