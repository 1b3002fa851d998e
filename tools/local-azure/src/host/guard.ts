/**
 * What every request must pass before a service sees it, and what every answer carries (rules E4, E6 and E7).
 */

import { decodeBase64Url, decodeUtf8 } from '@latchkey/common'
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

const tooLong: Refusal = {
  status: 413,
  code: 'PayloadTooLarge',
  message: 'The request body is larger than 1048576 bytes.',
  unspeakable: false,
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

/** Judges a body, all of it: what is too long to be judged is too long to be let in. */
export async function judgeBody(request: PlainRequest): Promise<Refusal | undefined> {
  const length = Number(request.header('content-length') ?? 0)
  // In chunks no length is stated.
  const hasBody = length > 0 || request.header('transfer-encoding') !== undefined
  if (!hasBody) return undefined
  const text = await request.text(maxJudgedBytes)
  if (text === undefined) return tooLong
  return mentionsProductionToken(text) ? productionToken : undefined
}

// No service whose bodies are judged takes a longer one.
const maxJudgedBytes = 1_048_576

// DNS rebinding: a name of somebody else's that resolves to this machine must not reach us.
function isLocalHost(host: string): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host)
}

const realIssuers =
  /(^|\.)(b2clogin\.(com|cn)|ciamlogin\.com|microsoftonline\.(com|us|de)|partner\.microsoftonline\.cn|windows\.net|chinacloudapi\.cn|microsoft\.com|accounts\.google\.com|appleid\.apple\.com|auth0\.com|okta\.com)$/

function mentionsProductionToken(text: string): boolean {
  if (!text.includes('eyJ')) return false
  // In runs and their segments, each looked at once: a long body without a token costs no more than reading it.
  for (const [run] of text.matchAll(/[\w.-]+/g)) {
    const segments = run.includes('eyJ') ? run.split('.') : []
    if (segments.some((segment, index) => isRealPayload(segment, segments[index - 1]))) return true
  }
  return false
}

function isRealPayload(segment: string, header: string | undefined): boolean {
  if (!segment.startsWith('eyJ') || header?.includes('eyJ') !== true) return false
  const host = issuerHost(segment)
  return host !== undefined && realIssuers.test(host)
}

function issuerHost(payload: string): string | undefined {
  const bytes = decodeBase64Url(payload)
  const text = bytes && decodeUtf8(bytes)
  if (text === undefined) return undefined
  try {
    const iss: unknown = Reflect.get(Object(JSON.parse(text)), 'iss')
    if (typeof iss !== 'string') return undefined
    return URL.parse(iss)?.hostname ?? iss
  } catch {
    return undefined
  }
}
