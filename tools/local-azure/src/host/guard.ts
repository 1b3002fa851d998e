/**
 * What every request must pass before a service sees it, and what every answer carries (rules E4, E6 and E7).
 */

import { parseCompactJws } from '@latchkey/common'
import type { PlainRequest } from './plain-request.ts'

/** Stands on every answer. */
export const emulatorHeader = 'X-Emulator'
export const emulatorHeaderValue = 'not-for-production'

/** Why a request goes no further. */
export interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
  /** Whether not even its path may be remembered. */
  readonly unspeakable: boolean
}

const foreignHost: Refusal = {
  status: 421,
  code: 'MisdirectedRequest',
  message: 'Local Azure answers to 127.0.0.1 and localhost only.',
  unspeakable: false,
}

const productionToken: Refusal = {
  status: 400,
  code: 'ProductionToken',
  message:
    'This token was issued by a real service. Local Azure refuses it and has not kept it; revoke it if in doubt.',
  unspeakable: true,
}

/** The parts of a request the guard judges. */
export interface Guarded {
  readonly host: string | undefined
  readonly authorization: string | undefined
  readonly target: string
}

/** Judges what stands in the head of a request. */
export function judgeHead({ host, authorization, target }: Guarded): Refusal | undefined {
  if (!isLocalHost(host ?? '')) return foreignHost
  if (mentionsProductionToken(authorization ?? '') || mentionsProductionToken(target)) return productionToken
  return undefined
}

/** Judges a body of a kind people paste tokens into. */
export async function judgeBody(request: PlainRequest): Promise<Refusal | undefined> {
  const type = request.header('content-type') ?? ''
  const length = Number(request.header('content-length') ?? 0)
  // In chunks no length is stated.
  const hasBody = length > 0 || request.header('transfer-encoding') !== undefined
  if (!/json|form-urlencoded/.test(type) || !hasBody || length > maxJudgedBytes) return undefined
  return mentionsProductionToken((await request.text(maxJudgedBytes)) ?? '') ? productionToken : undefined
}

const maxJudgedBytes = 65_536

// DNS rebinding: a name of somebody else's that resolves to this machine must not reach us.
function isLocalHost(host: string): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host)
}

const realIssuers =
  /(^|\.)(b2clogin\.(com|cn)|ciamlogin\.com|microsoftonline\.(com|us|de)|partner\.microsoftonline\.cn|windows\.net|chinacloudapi\.cn|microsoft\.com|accounts\.google\.com|appleid\.apple\.com|auth0\.com|okta\.com)$/

function mentionsProductionToken(text: string): boolean {
  if (!text.includes('eyJ')) return false
  for (const [token] of text.matchAll(/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*/g)) {
    const host = issuerHost(token)
    if (host !== undefined && realIssuers.test(host)) return true
  }
  return false
}

function issuerHost(token: string): string | undefined {
  try {
    const { iss } = parseCompactJws(token).payload
    if (typeof iss !== 'string') return undefined
    return URL.parse(iss)?.hostname ?? iss
  } catch {
    return undefined
  }
}
