/**
 * The pages for a sent page that no longer counts.
 */

import { submit } from './field.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'

export interface StalePageOptions {
  readonly application: string
  readonly directory: string
  /** Where the same sign-in begins anew. */
  readonly startAgain: string
  /** The form that tells the application; left out for the page of another browser. */
  readonly goBack?: { readonly action: string; readonly transaction: string }
}

/** The page for a sign-in that was left open for too long, or was begun in another browser. */
export function renderStalePage({ application, directory, goBack, startAgain }: StalePageOptions): Html {
  if (goBack === undefined) {
    return layout(
      'Begin again',
      html`<h1>This sign-in was begun elsewhere</h1>
<p class="for">${application} at ${directory}</p>
<p class="problem" role="alert">The page belongs to another browser, or its cookies are gone. Nothing that was typed has been used.</p>
<a class="primary" href="${startAgain}">Start again</a>`,
    )
  }
  return layout(
    'Begin again',
    html`<h1>This sign-in took too long</h1>
<p class="for">${application} at ${directory}</p>
<p class="problem" role="alert">The page was open for more than an hour. Nothing that was typed has been used.</p>
<form method="post" action="${goBack.action}">
<input type="hidden" name="transaction" value="${goBack.transaction}">
${submit('cancel', `Back to ${application}`)}
</form>
<div class="links"><a class="link" href="${startAgain}">Start again here</a></div>`,
  )
}

/** The page for a form nobody here can read: it names neither an application nor a way back that could be trusted. */
export function renderUnreadablePage(): Html {
  return layout(
    'Begin again',
    html`<h1>This sign-in cannot go on</h1>
<p class="for">The page was not made here, or local Azure began again since.</p>
<p class="problem" role="alert">Go back to the application and sign in from there.</p>`,
  )
}
