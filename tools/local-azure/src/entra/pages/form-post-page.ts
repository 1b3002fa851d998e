/**
 * The page that carries an answer to the client by form (`response_mode=form_post`).
 */

import { formPostScript } from './form-post-script.ts'
import { Html, html } from './html.ts'
import { layout } from './layout.ts'

/** A page that sends `fields` to `action`; without script, by a button. */
export function renderFormPost(action: string, fields: Readonly<Record<string, string>>): Html {
  const inputs = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
  return layout(
    'Signing in',
    html`<h1>Signing in</h1>
<form method="post" action="${action}">
${inputs}
<noscript><button class="primary">Continue</button></noscript>
</form>
<script>${new Html(formPostScript)}</script>`,
  )
}
