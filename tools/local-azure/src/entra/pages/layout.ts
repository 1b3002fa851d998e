/**
 * The frame around every page.
 */

import { Html, html } from './html.ts'
import { style } from './style.ts'

/** What every form carries. */
export interface Frame {
  /** Where the form is sent. */
  readonly action: string
  /** The sealed transaction. */
  readonly transaction: string
  readonly application: string
  readonly directory: string
  readonly problem?: string
}

/** A whole page. */
export function layout(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Latchkey local Azure</title>
<link rel="icon" href="data:,">
<style>${new Html(style)}</style>
</head>
<body>
<header><p class="notice">Local Azure: not for production. Do not type real passwords here.</p></header>
<main><div class="card">${content}</div></main>
</body>
</html>`
}

/** A page with one form. */
export function formPage(frame: Frame, title: string, fields: Html): Html {
  return layout(
    title,
    html`<h1>${title}</h1>
<p class="for">${frame.application} at ${frame.directory}</p>
<form method="post" action="${frame.action}">
<input type="hidden" name="transaction" value="${frame.transaction}">
${frame.problem === undefined ? undefined : html`<p class="problem" role="alert" id="problem">${frame.problem}</p>`}
${fields}
</form>`,
  )
}
