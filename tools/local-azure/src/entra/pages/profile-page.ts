/**
 * The page a person changes a profile on.
 */

import { field, link, submit } from './field.ts'
import { type Html, html } from './html.ts'
import { type Frame, formPage } from './layout.ts'

/** What stands in the fields. */
export interface Profile {
  readonly name: string
  readonly givenName: string
  readonly surname: string
}

/** The page for a profile. */
export function renderProfilePage(frame: Frame, { givenName, name, surname }: Profile): Html {
  return formPage(
    frame,
    'Edit your profile',
    html`${field({ name: 'name', label: 'Display name', value: name, autocomplete: 'name' })}
${field({ name: 'givenName', label: 'Given name', value: givenName, autocomplete: 'given-name' })}
${field({ name: 'surname', label: 'Surname', value: surname, autocomplete: 'family-name' })}
${submit('save', 'Continue')}
<div class="links">${link('cancel', 'Cancel')}</div>`,
  )
}
