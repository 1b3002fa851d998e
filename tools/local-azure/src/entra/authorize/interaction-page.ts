/**
 * Chooses and fills the page of a journey.
 */

import { type Account, emailOf } from '../directory/account.ts'
import { pageResponse } from '../pages/page-response.ts'
import { type Profile, renderProfilePage } from '../pages/profile-page.ts'
import { renderResetPage } from '../pages/reset-page.ts'
import { renderSignInPage } from '../pages/sign-in-page.ts'
import { renderSignUpPage } from '../pages/sign-up-page.ts'
import type { Realm } from './realm.ts'
import type { Shown } from './shown.ts'
import { sealTransaction, type Transaction } from './transaction.ts'
import type { Typed } from './typed.ts'

/** Shows a page, or sends the browser to it. */
export type Show = (transaction: Transaction, shown: Shown) => Promise<Response>

// More people than this do not fit on a page of one-click buttons.
const mostButtons = 12

// What servers and proxies take for an address, without its own parameters counted to the byte.
const longestAddress = 8_000

/** Sends the browser to the page of a journey, at an address of its own; shows it at once where that would be too long. */
export async function goToPage(realm: Realm, transaction: Transaction, shown: Shown): Promise<Response> {
  const url = new URL(interactionUrl(realm))
  url.searchParams.set('page', await sealTransaction(realm.context, { ...transaction, shown }))
  if (url.href.length > longestAddress) return showPage(realm, transaction, shown)
  return new Response(null, {
    status: 303,
    headers: { Location: url.href, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' },
  })
}

/** Shows the page of a journey; 400 unless told otherwise when something was wrong with what was typed. */
export async function showPage(
  realm: Realm,
  transaction: Transaction,
  shown: Shown,
  status: 200 | 400 = shown.problem === undefined ? 200 : 400,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const { context, directory } = realm
  const application = context.applications.find(transaction.request.clientId, directory.name)
  const frame = {
    action: interactionUrl(realm),
    transaction: await sealTransaction(context, transaction),
    application: application?.title ?? '',
    directory: directory.domain,
    ...(shown.problem === undefined ? {} : { problem: shown.problem }),
  }
  const typed = shown.typed ?? {}
  const email = typed.email ?? transaction.request.loginHint ?? ''
  const render = (): ReturnType<typeof renderSignInPage> => {
    if (shown.journey === 'sign-up') return renderSignUpPage(frame, { email, name: typed.name ?? '' })
    if (shown.journey === 'password-reset') return renderResetPage(frame, email)
    const account = directory.accounts.find(transaction.objectId ?? '')
    if (shown.journey === 'profile-edit' && account)
      return renderProfilePage(frame, profileOf(account, typed))
    const people = directory.accounts.list(mostButtons).filter(({ enabled }) => enabled)
    return renderSignInPage(frame, {
      email,
      canSignUp: realm.journeys.includes('sign-up'),
      people: people.map((person) => ({
        objectId: person.objectId,
        email: emailOf(person),
        name: person.displayName,
        role: directory.groups.of(person.objectId)[0]?.displayName,
      })),
    })
  }
  return pageResponse(render(), status, { headers })
}

/** Where the pages are sent to and asked for again. */
export function interactionUrl({ base, query }: Realm): string {
  return `${base}/oauth2/v2.0/interaction${query}`
}

function profileOf({ displayName, properties }: Account, typed: Typed): Profile {
  const kept = (name: string): string => (typeof properties[name] === 'string' ? properties[name] : '')
  return {
    name: typed.name ?? displayName,
    givenName: typed.givenName ?? kept('givenName'),
    surname: typed.surname ?? kept('surname'),
  }
}
