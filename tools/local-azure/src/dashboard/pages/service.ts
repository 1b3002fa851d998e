/**
 * One service: its state in tables, the tokens that are good for it, and its last requests.
 */

import { html } from 'hono/html'
import type { Overview } from '../../host/service.ts'
import { type StatefulService, serviceTitles, type View } from '../view.ts'
import { forgetButton } from './forget.ts'
import { type Cell, copyButton, type Html, live, table } from './html.ts'
import { requestTable } from './requests.ts'
import { tokenLine } from './tokens.ts'

const descriptions: Readonly<Record<StatefulService, string>> = {
  entra:
    'Azure AD B2C and External ID with their key sets, managed identity, and Microsoft Graph over the same people.',
  communication: 'Identities, access tokens, chat threads and messages, with real-time notifications.',
  cosmos:
    'Databases, containers, users and permissions. A resource token opens exactly what its permission says.',
  fluid:
    'Documents people edit together. The relay checks signature, time, scopes, tenant and document of every token.',
}

/** A service's own part of its page. */
export function service(name: StatefulService, view: View): Html {
  const overviews = view.overview(name)
  const held = view.tokens.filter((token) => token.service === name && token.expiresAtMs > view.nowMs)
  const requests = view.requests.filter((request) => request.service === name).slice(0, 20)
  return html`
    <p class="lead">${descriptions[name]}</p>
    ${name === 'fluid' ? fluidKeys(view) : ''}
    ${live('state', html`${overviews.map(overviewTable)}${overviews.length === 0 ? html`<p class="empty">Nothing kept yet.</p>` : ''}`)}
    <section aria-labelledby="holders"><h2 id="holders">Who holds a token now</h2>
      ${live(
        'holder-list',
        held.length === 0
          ? html`<p class="empty">Nobody.</p>`
          : table(
              'Who holds a token',
              ['Token', 'Opens'],
              held
                .slice(0, 100)
                .map((token) => [
                  tokenLine(token, view),
                  html`<ul class="grants">${token.grants.map((grant) => html`<li>${grant}</li>`)}</ul>`,
                ]),
              '',
            ),
      )}
    </section>
    <section aria-labelledby="asked"><h2 id="asked">Latest requests</h2>${live('asked-list', requestTable(requests, 'Latest requests'))}</section>
    <section aria-labelledby="again"><h2 id="again">Begin again</h2>
      <p>Forgets what this service keeps, and seeds it again. Keys, ids and ports stay.</p>
      ${forgetButton({
        action: `/controls/reset?service=${name}`,
        title: `Forget everything in ${serviceTitles[name]}`,
        what: `Everything you added to ${serviceTitles[name]} goes. The other services keep theirs.`,
      })}
    </section>`
}

function overviewTable({ title, columns, rows }: Overview): Html {
  const id = `overview-${title.toLowerCase().replaceAll(/\W+/g, '-')}`
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title} <span class="count">${rows.length}</span></h2>
    ${table(
      title,
      columns,
      rows.map((row) => row.map(overviewCell)),
      'None yet.',
    )}
  </section>`
}

// A service writes instants in full; a reader wants the second.
function overviewCell(cell: string): Cell {
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(cell)) return { className: 'cell', content: cell }
  return html`<time datetime="${cell}" title="${cell}">${cell.slice(0, 19).replace('T', ' ')}</time>`
}

function fluidKeys({ endpoints }: View): Html {
  const { primaryKey, secondaryKey } = endpoints.fluid
  const row = (key: 'primary' | 'secondary', value: string): Html => html`<li>
    <b>${key === 'primary' ? 'Primary' : 'Secondary'} key</b> <code class="masked">${value.slice(0, 16)}…</code>
    ${copyButton(value, `the ${key} key`)}
    <form class="inline" method="post" action="/fluid/keys/${key}/regenerate"><button aria-label="Regenerate the ${key} key">Regenerate</button></form></li>`
  return html`<section aria-labelledby="keys"><h2 id="keys">Tenant keys</h2><ul class="lines">${row('primary', primaryKey)}${row('secondary', secondaryKey)}</ul></section>`
}
