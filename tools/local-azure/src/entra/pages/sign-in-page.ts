/**
 * The page a person signs in on: by e-mail address and password, or with one click as somebody of the seed.
 */

import { field, link, submit } from './field.ts'
import { type Html, html } from './html.ts'
import { type Frame, formPage } from './layout.ts'

/** Somebody to sign in as with one click. */
export interface Person {
  readonly objectId: string
  readonly email: string
  readonly name: string
  /** The group the person is in, if any. */
  readonly role: string | undefined
}

export interface SignInPageOptions {
  readonly email: string
  readonly canSignUp: boolean
  readonly people: readonly Person[]
}

/** The sign-in page. */
export function renderSignInPage(frame: Frame, { canSignUp, email, people }: SignInPageOptions): Html {
  return formPage(
    frame,
    'Sign in',
    html`${field({ name: 'email', label: 'Email address', type: 'email', value: email, autocomplete: 'username' })}
${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' })}
${submit('sign-in', 'Sign in')}
<div class="links">
${link('forgot-password', 'Forgot your password?')}
${canSignUp ? link('show-sign-up', 'Sign up now') : undefined}
${link('cancel', 'Cancel')}
</div>
<section class="people" aria-labelledby="people">
<h2 id="people">Or sign in as a test user</h2>
<ul>${people.map(button)}</ul>
</section>`,
  )
}

/** An address that goes on in the next line after its @ where it does not fit in one. */
function breakable(email: string): Html {
  const at = email.indexOf('@') + 1
  return html`${email.slice(0, at)}<wbr>${email.slice(at)}`
}

function button({ email, name, objectId, role }: Person): Html {
  const initials = name
    .split(' ')
    .slice(0, 2)
    .map((part) => part.slice(0, 1))
    .join('')
  // Heard as the address and the role: the initials and the name are there for the eye.
  const about = html`<span aria-hidden="true">${name}${role === undefined ? '' : ' · '}</span>${role}`
  return html`<li><button class="person" name="action" value="as:${objectId}" formnovalidate>
<span class="face" aria-hidden="true">${initials}</span>
<span><span class="be">Sign in as ${breakable(email)}</span><small>${about}</small></span>
</button></li>`
}
