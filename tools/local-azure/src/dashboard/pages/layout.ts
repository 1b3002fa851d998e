/**
 * The frame of every page.
 */

import { html } from 'hono/html'
import { countPeople, serviceTitles, type View } from '../view.ts'
import { type Html, live } from './html.ts'

/** Where the pages are, in the order of the menu. */
export const places: readonly (readonly [path: string, title: string])[] = [
  ['/', 'Overview'],
  ['/people', 'People'],
  ['/tokens', 'Tokens'],
  ['/log', 'Requests'],
  ['/entra', serviceTitles.entra],
  ['/communication', serviceTitles.communication],
  ['/cosmos', serviceTitles.cosmos],
  ['/fluid', serviceTitles.fluid],
  ['/functions', 'Functions'],
  ['/controls', 'Time and faults'],
  ['/settings', 'Settings'],
]

/** A page's own part. */
export interface Page {
  readonly title: string
  readonly path: string
  readonly content: Html
  /** What the last action did, shown once. */
  readonly notice?: string | undefined
}

/** The whole page. */
export function layout(page: Page, view: View): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} · Local Azure</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/dashboard.css">
<script type="module" src="/assets/dashboard.js"></script>
</head>
<body data-now="${view.nowMs}">
<a class="skip" href="#main">Skip to content</a>
<header>
  <a class="brand" href="/">
    <img src="/assets/icon.svg" alt="" width="28" height="28">
    <span><b>Latchkey</b><small>Local Azure</small></span>
  </a>
  <nav aria-label="Pages"><ul>${places.map(([path, title]) => menuItem(path, title, page.path, view))}</ul></nav>
  ${live('status', status(view))}
</header>
<main id="main" tabindex="-1">
  <p class="notice gone" role="alert" hidden>Local Azure does not answer. This page shows what was; it goes on by itself when local Azure is back.</p>
  <h1>${page.title}</h1>
  ${page.notice === undefined ? '' : html`<p class="notice" role="status">${page.notice}</p>`}
  ${page.content}
</main>
</body>
</html>`
}

function menuItem(path: string, title: string, current: string, view: View): Html {
  const count = counts[path]?.(view) ?? 0
  const number = count > 0 ? html` <span class="count">${count}</span>` : ''
  return path === current
    ? html`<li><a href="${path}" aria-current="page">${title}${number}</a></li>`
    : html`<li><a href="${path}">${title}${number}</a></li>`
}

const counts: Readonly<Record<string, (view: View) => number>> = {
  '/people': countPeople,
  '/tokens': (view) => view.tokens.filter(({ expiresAtMs }) => expiresAtMs > view.nowMs).length,
  '/controls': (view) => view.faults.length,
}

function status(view: View): Html {
  const ahead = view.aheadSeconds === 0 ? 'in step with this machine' : `${lead(view.aheadSeconds)} ahead`
  return html`<p class="clock">
    <a href="/controls"><span class="sr">Clock: </span><span data-clock>${new Date(view.nowMs).toISOString().slice(0, 19).replace('T', ' ')}</span></a>
    <small>${ahead}</small>
    <small class="local">Local only, not for production</small>
  </p>`
}

function lead(seconds: number): string {
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const
  const [size, name] = units.find(([unit]) => seconds >= unit) ?? [1, 's']
  return `${Math.round((seconds / size) * 10) / 10} ${name}`
}
