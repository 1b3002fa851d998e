/**
 * The sign-ins that a browser has begun and not come back from: a cookie for each, so that two tabs can sign in at once.
 *
 * A cookie's name has a hash of the state it waits for. A way back finds its own cookie by the state it brings, and is
 * good for nothing in a browser without that cookie.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Parts } from '../../parts.ts'
import { cookieName, formatCookie, readCookie, readCookies } from './cookie.ts'
import { openState, type SignInState, sealState } from './sealed-state.ts'

/** How long a sign-in may take, in seconds. */
export const signInSeconds = 600

// The others, beside a new one. A proxy refuses an answer whose headers do not fit one page of memory, 4 KiB.
const mostOthers = 4
const longestOthers = 2_000

/** A cookie that waits. */
interface Waiting {
  readonly name: string
  readonly length: number
  readonly kept: SignInState
}

/** Set-Cookie for a new sign-in, and for the oldest ones that have to make room for it. */
export function keepSignIn(parts: Parts, request: Request, kept: SignInState): readonly string[] {
  const { publicUrl } = parts.settings
  let length = 0
  const tooMany = waitingIn(parts, request).filter((waiting, index) => {
    length += waiting.length
    return index >= mostOthers || length > longestOthers
  })
  return [format(parts, kept), ...tooMany.map(({ name }) => forget(publicUrl, name))]
}

/** What was kept for a state. @throws `ERR_SERVER_CREDENTIALS_TWICE` when its cookie is there more than once. */
export function readSignIn(parts: Parts, request: Request, state: string): SignInState | undefined {
  const sealed = readCookie(request, nameOf(parts.settings.publicUrl, state))
  const kept = sealed === undefined ? undefined : openState(parts.sealRing, sealed, parts.clock.now())
  return kept && isSame(state, kept.state) ? kept : undefined
}

/** Set-Cookie that ends the wait for a state. */
export function forgetSignIn({ settings }: Parts, state: string): string {
  return forget(settings.publicUrl, nameOf(settings.publicUrl, state))
}

/**
 * Set-Cookie for the sign-ins that another one has overtaken: they learn of its session, which they will take the place
 * of. On their way back, which comes from another site, its cookie cannot be seen. The oldest, which do not fit, end.
 */
export function tellOthers(
  parts: Parts,
  request: Request,
  done: SignInState,
  former: string,
): readonly string[] {
  const others = waitingIn(parts, request).filter(({ kept }) => kept.state !== done.state)
  let length = 0
  return others.map(({ kept, name }) => {
    const told = format(parts, { ...kept, former })
    length += told.length
    return length > longestOthers ? forget(parts.settings.publicUrl, name) : told
  })
}

/** Where the only sign-in that waits leads to, or `undefined` for none, and for several: which one is meant is not known. */
export function onlyReturnTo(parts: Parts, request: Request): string | undefined {
  const [only, ...others] = waitingIn(parts, request)
  return others.length === 0 ? only?.kept.returnTo : undefined
}

// The newest first.
function waitingIn({ settings, sealRing, clock }: Parts, request: Request): readonly Waiting[] {
  const head = nameHead(settings.publicUrl)
  const waiting = readCookies(request).flatMap(([name, value]) => {
    const kept = name.startsWith(head) ? openState(sealRing, value, clock.now()) : undefined
    return kept ? [{ name, length: name.length + value.length, kept }] : []
  })
  return waiting.sort((one, other) => other.kept.expiresAtMs - one.kept.expiresAtMs)
}

// Lax, because the way back comes from another site.
function format({ settings, sealRing, clock }: Parts, kept: SignInState): string {
  const { publicUrl } = settings
  const seconds = Math.ceil((kept.expiresAtMs - clock.now()) / 1000)
  return formatCookie(publicUrl, nameOf(publicUrl, kept.state), sealState(sealRing, kept), 'Lax', seconds)
}

function forget(publicUrl: string, name: string): string {
  return formatCookie(publicUrl, name, '', 'Lax', 0)
}

function nameOf(publicUrl: string, state: string): string {
  const hash = createHash('sha256').update(state).digest('base64url').slice(0, 8)
  return `${nameHead(publicUrl)}${hash}`
}

function isSame(presented: string, kept: string): boolean {
  // Lengths in bytes: a text of as many characters can have more of them.
  const [one, other] = [Buffer.from(presented), Buffer.from(kept)]
  return one.length === other.length && timingSafeEqual(one, other)
}

function nameHead(publicUrl: string): string {
  return `${cookieName(publicUrl, 'latchkey')}-sign-in-`
}
