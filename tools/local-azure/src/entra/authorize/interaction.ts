/**
 * What happens when somebody sends a sign-in page.
 */

import { type Account, emailOf } from '../directory/account.ts'
import type { SignInOutcome } from '../directory/accounts.ts'
import { type Parameters, readForm } from '../grants/form.ts'
import { pageResponse } from '../pages/page-response.ts'
import { renderUnreadablePage } from '../pages/stale-page.ts'
import { answerClient, refuseClient } from './answer-client.ts'
import { goToPage, type Show, showPage } from './interaction-page.ts'
import type { Realm } from './realm.ts'
import { changeProfile, type Outcome, resetPassword, signUp } from './self-service.ts'
import { showStalePage } from './stale-page.ts'
import { openTransaction, type Transaction } from './transaction.ts'
import { readTyped, type Typed } from './typed.ts'

/** Answers `POST .../oauth2/v2.0/interaction`. */
async function answerInteraction(realm: Realm, request: Request): Promise<Response> {
  const form = await readForm(request)
  const text = form?.get('transaction') ?? ''
  const found = await openTransaction(realm.context, request, realm.base, text)
  if (!form || !found) return pageResponse(renderUnreadablePage(), 400)
  const { state, transaction } = found
  const { clock } = realm.context.host
  if (state === 'foreign') return showStalePage(realm, found, readTyped(form))
  // Going back is never too late: the address was checked before it was sealed.
  if (form.get('action') === 'cancel') {
    return refuseClient(transaction.request, realm.fault('cancelled'), clock)
  }
  if (state === 'expired') return showStalePage(realm, found, readTyped(form))
  // A browser that goes back must find a page it can ask for again; a program reads the answer.
  const isBrowser = request.headers.get('sec-fetch-mode') === 'navigate'
  const show: Show = (next, shown) => (isBrowser ? goToPage : showPage)(realm, next, shown)
  return act(realm, transaction, form, show)
}

/** Answers `GET .../oauth2/v2.0/interaction`: the page a sent page led to. */
async function answerInteractionPage(realm: Realm, request: Request): Promise<Response> {
  const text = new URL(request.url).searchParams.get('page') ?? ''
  const found = await openTransaction(realm.context, request, realm.base, text)
  if (!found?.transaction.shown) return pageResponse(renderUnreadablePage(), 400)
  const { shown, ...transaction } = found.transaction
  if (found.state !== 'current') return showStalePage(realm, found, shown.typed ?? {})
  return showPage(realm, transaction, shown, 200)
}

function act(
  realm: Realm,
  transaction: Transaction,
  form: Parameters,
  show: Show,
): Response | Promise<Response> {
  const action = form.get('action') ?? ''
  const typed = readTyped(form)
  if (action === 'forgot-password') return forgotPassword(realm, transaction, typed, show)
  if (action === 'show-sign-in') return show(transaction, { journey: 'sign-in', typed })
  if (action === 'show-sign-up' && realm.journeys.includes('sign-up')) {
    return show(transaction, { journey: 'sign-up', typed })
  }
  if (action === 'sign-up' && realm.journeys.includes('sign-up')) {
    return finish(realm, transaction, form, show, 'sign-up', signUp(realm, form))
  }
  if (action === 'reset' && canReset(realm)) {
    return finish(realm, transaction, form, show, 'password-reset', resetPassword(realm, form))
  }
  if (action === 'save' && transaction.objectId !== undefined) {
    const outcome = changeProfile(realm, transaction.objectId, form)
    return finish(realm, transaction, form, show, 'profile-edit', outcome)
  }
  return signIn(realm, transaction, form, action, show)
}

async function finish(
  realm: Realm,
  transaction: Transaction,
  form: Parameters,
  show: Show,
  journey: 'sign-up' | 'password-reset' | 'profile-edit',
  outcome: Outcome,
): Promise<Response> {
  if ('problem' in outcome) {
    return show(transaction, { journey, problem: outcome.problem, typed: readTyped(form) })
  }
  return complete(realm, transaction, outcome.account, journey === 'sign-up')
}

async function signIn(
  realm: Realm,
  transaction: Transaction,
  form: Parameters,
  action: string,
  show: Show,
): Promise<Response> {
  const { accounts } = realm.directory
  const email = form.get('email') ?? ''
  const chosen = action.startsWith('as:') ? accounts.find(action.slice(3)) : undefined
  const outcome: SignInOutcome =
    chosen?.enabled === true
      ? { kind: 'signed-in', account: chosen }
      : accounts.signIn(email, form.get('password') ?? '')
  if (outcome.kind !== 'signed-in') {
    const problem = problems[outcome.kind]
    return show(transaction, { journey: 'sign-in', problem, typed: { email } })
  }
  const { account } = outcome
  if (realm.journeys.includes('profile-edit')) {
    return show({ ...transaction, objectId: account.objectId }, { journey: 'profile-edit' })
  }
  return complete(realm, transaction, account, false)
}

// Whoever tries names must not learn which of them exist.
const problems = {
  unknown: 'The email address or password is wrong.',
  'wrong-password': 'The email address or password is wrong.',
  disabled: 'Your account has been locked. Contact your support person to unlock it, then try again.',
  locked: 'Your account is temporarily locked to prevent unauthorized use. Try again later.',
}

async function complete(
  realm: Realm,
  { request }: Transaction,
  account: Account,
  isNew: boolean,
): Promise<Response> {
  const application = realm.context.applications.find(request.clientId, realm.directory.name)
  if (!application) throw new Error(`No application for ${emailOf(account)}`)
  return answerClient(request, await realm.complete(request, application, { account, isNew }))
}

function canReset(realm: Realm): boolean {
  return realm.journeys.includes('password-reset') || realm.forgottenPassword === 'on-page'
}

function forgotPassword(
  realm: Realm,
  transaction: Transaction,
  typed: Typed,
  show: Show,
): Response | Promise<Response> {
  if (canReset(realm)) return show(transaction, { journey: 'password-reset', typed })
  return refuseClient(transaction.request, realm.fault('forgot-password'), realm.context.host.clock)
}

/** What the address of a journey answers, by method. */
export const interactionAnswers: Readonly<
  Partial<Record<string, (realm: Realm, request: Request) => Promise<Response>>>
> = { POST: answerInteraction, GET: answerInteractionPage, HEAD: answerInteractionPage }
