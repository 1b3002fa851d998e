/**
 * A sign-in that has begun: kept in the page itself, sealed, and bound to the browser it was shown in.
 */

import { randomUUID } from 'node:crypto'
import type { EntraContext } from '../entra-context.ts'
import type { AuthorizeRequest } from './authorize-request.ts'

/** What a page keeps between being shown and being sent. */
export interface Transaction {
  readonly request: AuthorizeRequest
  /** The page's own address, so that it is sent where it came from. */
  readonly base: string
  /** The browser's cookie. */
  readonly browser: string
  /** Who has signed in already and is editing a profile. */
  readonly objectId?: string
}

const cookieName = 'x-ms-cpim-trans'
const lifetimeSeconds = 3_600

/** The browser's name for itself, and the header that tells it a new one. */
export function browserOf(request: Request): {
  readonly browser: string
  readonly headers: Record<string, string>
} {
  const known = readCookie(request)
  const browser = known ?? randomUUID()
  const headers = { 'Set-Cookie': `${cookieName}=${browser}; Path=/; HttpOnly; SameSite=Lax` }
  return { browser, headers }
}

/** Seals a transaction into the text the page carries. */
export function sealTransaction(context: EntraContext, transaction: Transaction): Promise<string> {
  return context.seal.close('transaction', transaction, lifetimeSeconds)
}

/** The transaction of a sent page, when it is young and of this browser and this address. */
export async function openTransaction(
  context: EntraContext,
  request: Request,
  base: string,
  text: string,
): Promise<Transaction | undefined> {
  const transaction = await context.seal.open<Transaction>('transaction', text)
  if (!transaction || transaction.expiresAt <= context.nowSeconds() || transaction.base !== base)
    return undefined
  return transaction.browser === readCookie(request) ? transaction : undefined
}

function readCookie(request: Request): string | undefined {
  const cookies = (request.headers.get('cookie') ?? '').split('; ')
  const found = cookies.find((cookie) => cookie.startsWith(`${cookieName}=`))
  return found?.slice(cookieName.length + 1)
}
