/**
 * What people do to their own accounts: sign up, set a new password, change their name.
 *
 * There is no mail here, so nothing proves that an address is somebody's; Azure sends a code to it first.
 */

import type { Account } from '../directory/account.ts'
import { AccountConflict } from '../directory/accounts.ts'
import type { Parameters } from '../grants/form.ts'
import type { Realm } from './realm.ts'

/** An account, or what to say to the person. */
export type Outcome = { readonly account: Account } | { readonly problem: string }

/** Makes an account. */
export function signUp({ directory }: Realm, form: Parameters): Outcome {
  const email = form.get('email') ?? ''
  const password = form.get('password') ?? ''
  const displayName = (form.get('name') ?? '').trim()
  if (!isEmail(email)) return { problem: 'Enter an email address.' }
  if (displayName === '' || displayName.length > 256) return { problem: 'Enter the name others will see.' }
  const weakness = weaknessOf(password)
  if (weakness !== undefined) return { problem: weakness }
  const identity = { signInType: 'emailAddress', issuer: directory.domain, issuerAssignedId: email }
  try {
    return {
      account: directory.accounts.create({
        displayName,
        password,
        enabled: true,
        identities: [identity],
        properties: {},
      }),
    }
  } catch (error) {
    if (!(error instanceof AccountConflict)) throw error
    return { problem: 'A user with the specified ID already exists. Choose a different one.' }
  }
}

/** Sets a new password. */
export function resetPassword({ directory }: Realm, form: Parameters): Outcome {
  const { accounts } = directory
  const account = accounts.findBySignInName(form.get('email') ?? '')
  const password = form.get('password') ?? ''
  const weakness = weaknessOf(password)
  if (weakness !== undefined) return { problem: weakness }
  if (!account?.enabled) return { problem: 'An account could not be found for the provided email address.' }
  const changed = accounts.update(account.objectId, { password })
  return changed ? { account: changed } : { problem: 'The account is gone.' }
}

/** Changes the names. */
export function changeProfile({ directory }: Realm, objectId: string, form: Parameters): Outcome {
  const { accounts } = directory
  const account = accounts.find(objectId)
  const displayName = (form.get('name') ?? '').trim()
  if (displayName === '' || displayName.length > 256) return { problem: 'Enter the name others will see.' }
  const names = { givenName: form.get('givenName') ?? '', surname: form.get('surname') ?? '' }
  const properties = { ...account?.properties, ...names }
  const changed = account && accounts.update(objectId, { displayName, properties })
  return changed ? { account: changed } : { problem: 'The account is gone.' }
}

/** Tells whether a text has the form of an e-mail address. */
export function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)
}

/** What is too weak about a password, if anything: the strong rule of Azure, 8 to 64 characters of 3 kinds. */
export function weaknessOf(password: string): string | undefined {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length
  if (password.length >= 8 && password.length <= 64 && kinds >= 3) return undefined
  return 'The password must have 8 to 64 characters, of 3 kinds: lower case, upper case, digits, symbols.'
}
