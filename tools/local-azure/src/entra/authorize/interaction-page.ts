/**
 * Chooses and fills the page of a journey.
 */

import { type Account, emailOf } from '../directory/account.ts'
import { pageResponse } from '../pages/page-response.ts'
import { type Profile, renderProfilePage } from '../pages/profile-page.ts'
import { renderResetPage } from '../pages/reset-page.ts'
import { renderSignInPage } from '../pages/sign-in-page.ts'
import { renderSignUpPage } from '../pages/sign-up-page.ts'
import type { Journey, Realm } from './realm.ts'
import { sealTransaction, type Transaction } from './transaction.ts'
import type { Typed } from './typed.ts'

/** What to show. */
export interface Shown {
  readonly journey: Journey
  readonly headers?: Readonly<Record<string, string>>
  /** What was wrong with what was typed. */
  readonly problem?: string
  /** What was typed, so that it need not be typed again. */
  readonly typed?: Typed
}

// More people than this do not fit on a page of one-click buttons.
const mostButtons = 12

/** Shows the page of a journey. */
export async function showPage(realm: Realm, transaction: Transaction, shown: Shown): Promise<Response> {
  const { context, directory } = realm
  const application = context.applications.find(transaction.request.clientId, directory.name)
  const frame = {
    action: `${realm.base}/oauth2/v2.0/interaction${realm.query}`,
    transaction: await sealTransaction(context, transaction),
    application: application?.title ?? '',
    directory: directory.domain,
    ...(shown.problem === undefined ? {} : { problem: shown.problem }),
  }
  const typed = shown.typed ?? {}
  const email = typed.email ?? transaction.request.loginHint ?? ''
  const status = shown.problem === undefined ? 200 : 400
  const headers = shown.headers ?? {}
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
      })),
    })
  }
  return pageResponse(render(), status, { headers })
}

function profileOf({ displayName, properties }: Account, typed: Typed): Profile {
  const kept = (name: string): string => (typeof properties[name] === 'string' ? properties[name] : '')
  return {
    name: typed.name ?? displayName,
    givenName: typed.givenName ?? kept('givenName'),
    surname: typed.surname ?? kept('surname'),
  }
}
