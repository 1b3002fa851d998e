/**
 * The page a person makes an account on.
 */

import { field, link, passwordHint, submit } from './field.ts'
import { type Html, html } from './html.ts'
import { type Frame, formPage } from './layout.ts'

/** The sign-up page. */
export function renderSignUpPage(
  frame: Frame,
  { email, name }: { readonly email: string; readonly name: string },
): Html {
  return formPage(
    frame,
    'Sign up',
    html`${field({ name: 'email', label: 'Email address', type: 'email', value: email, autocomplete: 'username' })}
${field({ name: 'name', label: 'Display name', value: name, autocomplete: 'name' })}
${field({ name: 'password', label: 'New password', type: 'password', autocomplete: 'new-password', hint: passwordHint })}
${submit('sign-up', 'Create')}
<div class="links">
${link('show-sign-in', 'Sign in instead')}
${link('cancel', 'Cancel')}
</div>`,
  )
}
