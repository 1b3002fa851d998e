/**
 * The page a person sets a new password on.
 */

import { field, link, passwordHint, submit } from './field.ts'
import { type Html, html } from './html.ts'
import { type Frame, formPage } from './layout.ts'

/** The page for a new password. */
export function renderResetPage(frame: Frame, email: string): Html {
  return formPage(
    frame,
    'Set a new password',
    html`${field({ name: 'email', label: 'Email address', type: 'email', value: email, autocomplete: 'username' })}
${field({ name: 'password', label: 'New password', type: 'password', autocomplete: 'new-password', hint: passwordHint })}
${submit('reset', 'Continue')}
<div class="links">${link('cancel', 'Cancel')}</div>`,
  )
}
