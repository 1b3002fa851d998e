/**
 * A sign-in that has begun: kept in the page itself, sealed, and bound to the browser it was shown in.
 */

import { randomUUID } from 'node:crypto'
import type { EntraContext } from '../entra-context.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import type { Shown } from './shown.ts'

/** What a page keeps between being shown and being sent. */
export interface Transaction {
  readonly request: AuthorizeRequest
  /** The page's own address, so that it is sent where it came from. */
  readonly base: string
  /** The browser's cookie. */
  readonly browser: string
  /** Who has signed in already and is editing a profile. */
  readonly objectId?: string
  /** What is to be shown, in an address a browser is sent to. */
  readonly shown?: Shown
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

/** A transaction that was sealed here for this address, and whether it still counts. */
export interface FoundTransaction {
  /** `foreign` for the page of another browser, `expired` for one that was open for too long. */
  readonly state: 'current' | 'expired' | 'foreign'
  readonly transaction: Transaction
}

/** The transaction of a sent page; `undefined` for one that was not sealed here for this address. */
export async function openTransaction(
  context: EntraContext,
  request: Request,
  base: string,
  text: string,
): Promise<FoundTransaction | undefined> {
  const transaction = await context.seal.open<Transaction>('transaction', text)
  if (transaction?.base !== base) return undefined
  if (transaction.browser !== readCookie(request)) return { state: 'foreign', transaction }
  return { state: transaction.expiresAt <= context.nowSeconds() ? 'expired' : 'current', transaction }
}

function readCookie(request: Request): string | undefined {
  const cookies = (request.headers.get('cookie') ?? '').split('; ')
  const found = cookies.find((cookie) => cookie.startsWith(`${cookieName}=`))
  return found?.slice(cookieName.length + 1)
}
