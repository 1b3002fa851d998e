/**
 * The API's functions, each as a call to copy.
 */

import { html } from 'hono/html'
import { type FunctionCall, functionCalls } from '../../function-calls.ts'
import type { Running } from '../probe.ts'
import type { View } from '../view.ts'
import { copyButton, type Html, maskKeys } from './html.ts'

/** The page's own part. */
export function functions({ endpoints }: View, running: Running): Html {
  const { api } = endpoints
  const isRunning = running.has(new URL(api.baseUrl).port)
  const calls = functionCalls(endpoints)
  const all = calls.map(({ command }) => command).join('\n')
  return html`
    <p class="lead">The seven functions are under <code>${api.functionsUrl}</code>; what their documents call <code>code</code> is the function key. Copy the calls into one shell, from top to bottom.</p>
    ${isRunning ? '' : html`<p class="notice">The API does not run here: <code>npx -y pnpm@12 start</code> starts it too.</p>`}
    <ol class="calls">${calls.map(call)}</ol>
    <p>${copyButton(all, 'all calls')} all of them. Every route, these and <code>/v1</code>, is at <a href="${api.baseUrl}/v1/docs">${api.baseUrl}/v1/docs</a>.</p>`
}

function call({ name, what, command }: FunctionCall): Html {
  return html`<li><h2>${name} <small>${what}</small></h2>
    <pre tabindex="0" role="group" aria-label="Call: ${name}"><code>${maskKeys(command)}</code></pre>${copyButton(command, `the call: ${name}`)}</li>`
}
