/**
 * A labelled input.
 */

import { type Html, html } from './html.ts'

export interface FieldOptions {
  readonly name: string
  readonly label: string
  readonly type?: 'text' | 'email' | 'password'
  readonly value?: string
  /** What the browser may fill in, in the words of the HTML standard. */
  readonly autocomplete: string
  readonly hint?: string
}

/** A labelled input. */
export function field(options: FieldOptions): Html {
  const { autocomplete, hint, label, name, type = 'text', value = '' } = options
  const described = hint === undefined ? undefined : html` aria-describedby="${name}-hint"`
  const below = hint === undefined ? undefined : html`<p class="hint" id="${name}-hint">${hint}</p>`
  return html`<div class="field">
<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" value="${value}" autocomplete="${autocomplete}"${described}>
${below}</div>`
}

/** The button that sends the form. */
export function submit(action: string, label: string): Html {
  return html`<button class="primary" name="action" value="${action}">${label}</button>`
}

/** A button that looks like a link and does something else than the form, however far that is filled in. */
export function link(action: string, label: string): Html {
  return html`<button class="link" name="action" value="${action}" formnovalidate>${label}</button>`
}

export const passwordHint = '8 to 64 characters of 3 kinds: lower case, upper case, digits, symbols.'
