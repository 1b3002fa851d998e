/**
 * The page for a request that cannot be answered to the client, because nobody knows who that is.
 */

import { type Html, html } from './html.ts'
import { layout } from './layout.ts'

/** A page that says what was wrong. */
export function renderErrorPage(message: string): Html {
  return layout(
    'Sorry',
    html`<h1>This sign-in cannot go on</h1>
<p class="for">The application sent something that is not right.</p>
<p class="problem" role="alert">${message.trim()}</p>`,
  )
}
