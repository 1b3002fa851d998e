/**
 * The page a person changes a profile on.
 */

import type { Account } from '../directory/account.ts'
import { field, link, submit } from './field.ts'
import { type Html, html } from './html.ts'
import { type Frame, formPage } from './layout.ts'

/** The page for a profile. */
export function renderProfilePage(frame: Frame, { displayName, properties }: Account): Html {
  const text = (name: string): string => (typeof properties[name] === 'string' ? properties[name] : '')
  return formPage(
    frame,
    'Edit your profile',
    html`${field({ name: 'name', label: 'Display name', value: displayName, autocomplete: 'name' })}
${field({ name: 'givenName', label: 'Given name', value: text('givenName'), autocomplete: 'given-name' })}
${field({ name: 'surname', label: 'Surname', value: text('surname'), autocomplete: 'family-name' })}
${submit('save', 'Continue')}
<div class="links">${link('cancel', 'Cancel')}</div>`,
  )
}
