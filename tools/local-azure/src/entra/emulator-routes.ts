/**
 * What a test turns by hand: key rotation and replication lag, which Azure does by itself, and an application's
 * certificate, which is uploaded in its portal.
 */

import { isAllowedOrigin } from '../host/cross-origin.ts'
import { findPolicy, keyOwnerOf } from './b2c/policies.ts'
import type { KeyOwner } from './signing-keys.ts'

/** What can be turned. */
export interface EmulatorControls {
  /** Retires a signing key; the old one stays published for a day. Answers the new key's id. */
  rotateSigningKey(owner: KeyOwner): Promise<string>
  /** How late Graph shows a new object; 0, which it is at first, for at once. */
  setReplicationLag(seconds: number): void
  /** Lets an application prove itself with a certificate in PEM. Answers its thumbprint. */
  registerCertificate(clientId: string, pem: string): string
}

const longestLagSeconds = 3_600

/** Answers `POST /emulator/rotate-key`, `.../replication-lag` and `.../client-certificate`. */
export async function answerEmulator(
  controls: EmulatorControls,
  request: Request,
  path: string,
): Promise<Response | undefined> {
  const turn = Object.hasOwn(turns, path) ? turns[path] : undefined
  if (!turn) return undefined
  if (request.method !== 'POST' || !isAllowedOrigin(request.headers.get('origin')))
    return refuse(405, 'POST only.')
  const body: unknown = await request.json().catch(() => undefined)
  return turn(controls, body)
}

type Turn = (controls: EmulatorControls, body: unknown) => Response | Promise<Response>

const turns: Readonly<Record<string, Turn>> = {
  '/emulator/rotate-key': async (controls, body) => {
    const owner = findOwner(field(body, 'owner'))
    if (!owner) return refuse(400, 'owner must be a policy, external-id or entra.')
    return Response.json({ kid: await controls.rotateSigningKey(owner) })
  },
  '/emulator/replication-lag': (controls, body) => {
    const seconds = field(body, 'seconds')
    if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= longestLagSeconds)) {
      return refuse(400, `seconds must be a number from 0 to ${longestLagSeconds}.`)
    }
    controls.setReplicationLag(seconds)
    return new Response(null, { status: 204 })
  },
  '/emulator/client-certificate': (controls, body) => {
    const clientId = field(body, 'clientId')
    const pem = field(body, 'certificate')
    try {
      if (typeof clientId === 'string' && typeof pem === 'string') {
        return Response.json({ thumbprint: controls.registerCertificate(clientId, pem) }, { status: 201 })
      }
    } catch {
      // The one answer for everything that is not a certificate.
    }
    return refuse(400, 'clientId and certificate must be an id and a certificate in PEM.')
  },
}

function findOwner(name: unknown): KeyOwner | undefined {
  if (name === 'external-id' || name === 'entra') return name
  const policy = typeof name === 'string' ? findPolicy(name) : undefined
  return policy && keyOwnerOf(policy)
}

function field(body: unknown, name: string): unknown {
  return Reflect.get(Object(body), name)
}

function refuse(status: number, message: string): Response {
  return Response.json({ error: { code: 'BadRequest', message } }, { status })
}
