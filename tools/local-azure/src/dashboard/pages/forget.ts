/**
 * The button that forgets, and the question it asks first.
 *
 * The browser itself opens and closes the dialog; the page's script does it for browsers that cannot yet.
 */

import { html } from 'hono/html'
import type { Html } from './html.ts'

export interface ForgetOptions {
  /** Where the form is sent. */
  readonly action: string
  /** What the buttons say. */
  readonly title: string
  /** What will be gone. */
  readonly what: string
}

/** A button with its dialog; one on a page. */
export function forgetButton({ action, title, what }: ForgetOptions): Html {
  return html`<button type="button" class="danger" command="show-modal" commandfor="forget" aria-haspopup="dialog">${title}</button>
    <dialog id="forget" aria-labelledby="forget-title" aria-describedby="forget-what">
      <h2 id="forget-title">${title}?</h2>
      <p id="forget-what">${what} This cannot be undone.</p>
      <form class="buttons" method="post" action="${action}">
        <button formmethod="dialog" autofocus>Keep it</button>
        <button class="danger sure">${title}</button>
      </form>
    </dialog>`
}
