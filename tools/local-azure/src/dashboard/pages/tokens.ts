/**
 * Every token that was handed out or let in: what it says, what it opens, and how long it lives.
 */

import { html } from 'hono/html'
import type { IssuedToken } from '../../host/token-ledger.ts'
import { decodeToken } from '../decode-token.ts'
import { serviceTitles, statefulServices, type View } from '../view.ts'
import { copyButton, countdown, type Html, instant, live, options, serviceTag } from './html.ts'

/** Which tokens are shown. */
export interface TokenFilter {
  readonly service: string
  /** `live`, `expired` or empty for all. */
  readonly state: string
}

const mostShown = 60

/** The tokens page's own part. */
export function tokens(view: View, filter: TokenFilter): Html {
  const chosen = view.tokens.filter((token) => isWanted(token, filter, view.nowMs))
  return html`
    <p class="lead">Each token is made for one person, one service and one moment. Open one to see what it says.</p>
    ${decoder()}
    <form class="filters" method="get" action="/tokens">
      <label>Service <select name="service">${options([['', 'All'], ...statefulServices.map((name) => [name, serviceTitles[name]] as const)], filter.service)}</select></label>
      <label>State <select name="state">${options(states, filter.state)}</select></label>
      <button>Filter</button>
    </form>
    ${live(
      'token-list',
      chosen.length === 0
        ? html`<p class="empty">No token to show. Sign in somewhere and it shows up here.</p>`
        : html`<p class="muted">${chosen.length} of ${view.tokens.length} tokens${chosen.length > mostShown ? `, the newest ${mostShown} shown` : ''}</p>
          <div class="tokens">${chosen.slice(0, mostShown).map((token) => tokenCard(token, view))}</div>`,
    )}`
}

/** A token in one line. */
export function tokenLine(token: IssuedToken, { nameOf, nowMs }: View): Html {
  return html`<span class="what"><b>${token.kind}</b> <span>${nameOf(token.holder)}</span></span> ${countdown(token.expiresAtMs, nowMs)}`
}

function tokenCard(token: IssuedToken, view: View): Html {
  const { nowMs } = view
  const name = view.nameOf(token.holder)
  const lifeMs = Math.max(token.expiresAtMs - token.issuedAtMs, 1)
  const leftMs = Math.min(Math.max(token.expiresAtMs - nowMs, 0), lifeMs)
  const decoded = decodeToken(token.token)
  return html`<details data-key="${token.issuedAtMs}-${token.token.slice(-12)}">
    <summary>${serviceTag(token.service)} ${tokenLine(token, view)}</summary>
    <div class="token">
      <progress max="${lifeMs}" value="${leftMs}" data-expires="${token.expiresAtMs}" aria-label="Life left of the ${token.kind} of ${name}"></progress>
      <dl>
        <dt>Holder</dt><dd>${name === token.holder ? name : html`${name}<br><code>${token.holder}</code>`}</dd>
        <dt>May</dt><dd><ul class="grants">${token.grants.map((grant) => html`<li>${grant}</li>`)}</ul></dd>
        <dt>Issued</dt><dd>${instant(token.issuedAtMs)}</dd>
        <dt>Expires</dt><dd>${instant(token.expiresAtMs)}</dd>
      </dl>
      ${decoded.map(({ title, text }) => html`<h2>${title}</h2><pre tabindex="0" role="group" aria-label="${title} of the ${token.kind}"><code>${text}</code></pre>`)}
      <p>${copyButton(token.token, `the ${token.kind}`)}</p>
    </div>
  </details>`
}

// Decoded by the page itself: what is pasted is not sent anywhere.
function decoder(): Html {
  return html`<details class="decoder" data-key="decoder">
    <summary>Decode a token</summary>
    <div class="token">
      <label for="decoder-input">Paste a JSON Web Token or a Cosmos resource token. It stays in this page.</label>
      <textarea id="decoder-input" rows="4" spellcheck="false" autocomplete="off"></textarea>
      <div id="decoder-output" role="status"></div>
    </div>
  </details>`
}

const states = [
  ['', 'All'],
  ['live', 'Live'],
  ['expired', 'Expired'],
] as const

function isWanted(token: IssuedToken, { service, state }: TokenFilter, nowMs: number): boolean {
  if (service !== '' && token.service !== service) return false
  if (state === '') return true
  return state === (token.expiresAtMs > nowMs ? 'live' : 'expired')
}
