/**
 * The overview: what runs, what to try first, and what happened last.
 */

import { html } from 'hono/html'
import { firstCall } from '../../function-calls.ts'
import type { Running } from '../probe.ts'
import { countPeople, type View } from '../view.ts'
import { copyButton, type Html, live, maskKeys, serviceTag } from './html.ts'
import { requestTable } from './requests.ts'
import { tokenLine } from './tokens.ts'

interface ServiceRow {
  readonly title: string
  readonly what: string
  readonly path?: string
  readonly service: string
  readonly urls: readonly string[]
}

/** The overview's own part. */
export function home(view: View, running: Running): Html {
  return html`
    <p class="lead">Entra, Communication, Cosmos DB and Fluid Relay, on this machine and offline. Real clients speak to them unchanged.</p>
    <section aria-labelledby="services"><h2 id="services">Services</h2>
      ${live('service-list', html`<ul class="services">${serviceRows(view).map((row) => serviceCard(row, view, running))}</ul>`)}
    </section>
    <section aria-labelledby="first"><h2 id="first">Try first</h2>${firstSteps(view, running)}</section>
    <div class="columns">
      <section aria-labelledby="latest-tokens"><h2 id="latest-tokens">Latest tokens</h2>${live('latest-tokens-list', latestTokens(view))}</section>
      <section aria-labelledby="latest-requests"><h2 id="latest-requests">Latest requests</h2>
        ${live('latest-requests-list', requestTable(view.requests.slice(0, 8), 'Latest requests'))}
      </section>
    </div>`
}

function serviceRows({ endpoints }: View): readonly ServiceRow[] {
  const { entra, communication, cosmos, fluid, graph, api, demo } = endpoints
  const entraUrl = new URL(graph.endpoint).origin
  const entraHttps = new URL(entra.b2c.authority).origin
  return [
    {
      title: 'Entra and Graph',
      what: 'B2C, External ID, managed identity, Microsoft Graph',
      path: '/entra',
      service: 'entra',
      urls: [entraUrl, entraHttps],
    },
    {
      title: 'Communication',
      what: 'Identity, chat, real-time notifications',
      path: '/communication',
      service: 'communication',
      urls: [communication.endpoint, communication.httpsEndpoint],
    },
    {
      title: 'Cosmos DB',
      what: 'SQL API with enforced resource tokens',
      path: '/cosmos',
      service: 'cosmos',
      urls: [cosmos.endpoint, cosmos.httpsEndpoint],
    },
    {
      title: 'Fluid Relay',
      what: 'Documents in real time, every token checked',
      path: '/fluid',
      service: 'fluid',
      urls: [fluid.endpoint],
    },
    {
      title: 'API',
      what: 'The Functions app on its host',
      path: '/functions',
      service: 'api',
      urls: [api.baseUrl],
    },
    { title: 'Demo', what: 'The web app', service: 'demo', urls: [demo.url] },
  ]
}

function serviceCard(row: ServiceRow, view: View, running: Running): Html {
  const [first = ''] = row.urls
  const isRunning = running.has(new URL(first).port)
  const isHindered = view.faults.some(({ service }) => service === row.service)
  const state = isHindered ? 'hindered' : isRunning ? 'running' : 'stopped'
  const words = { hindered: 'Faults armed', running: 'Running', stopped: 'Not running' }[state]
  const own = view.requests.filter(({ service }) => service === row.service)
  const failed = own.filter(({ status }) => status >= 500).length
  return html`<li class="card" data-state="${state}">
    <h3>${row.path === undefined ? row.title : html`<a href="${row.path}">${row.title}</a>`}</h3>
    <p class="health"><span class="dot" aria-hidden="true"></span>${words}</p>
    <p>${row.what}</p>
    <ul class="urls">${row.urls.map((url) => html`<li><code>${url}</code>${copyButton(url, `the address of ${row.title}`)}</li>`)}</ul>
    ${own.length === 0 ? '' : html`<p class="muted">${own.length} ${own.length === 1 ? 'request' : 'requests'}${failed === 0 ? '' : html`, <span class="bad">${failed} failed</span>`}</p>`}
  </li>`
}

function firstSteps(view: View, running: Running): Html {
  const { endpoints } = view
  const person = endpoints.users[0]
  const hasDemo = running.has(new URL(endpoints.demo.url).port)
  const hasApi = running.has(new URL(endpoints.api.baseUrl).port)
  const call = firstCall(endpoints)
  return html`<ol class="steps">
    ${
      hasDemo
        ? html`<li><b>Open the demo</b> at <a href="${endpoints.demo.url}">${endpoints.demo.url}</a> and sign in.</li>`
        : html`<li><b>Start everything</b> with <code>npx -y pnpm@12 start</code> to have the API and the demo too.</li>`
    }
    ${
      person
        ? html`<li><b>Sign in as ${person.email}</b> with <code>${person.password}</code> ${copyButton(person.password, `the password of ${person.email}`)}; ${countPeople(view)} people are on <a href="/people">People</a>.</li>`
        : ''
    }
    <li><b>Watch the tokens</b> appear on <a href="/tokens">Tokens</a>, then move the <a href="/controls">clock</a> an hour ahead and see what your app does.</li>
    ${hasApi ? html`<li><b>Call a function</b>: <code>${maskKeys(call)}</code> ${copyButton(call, 'the call of CheckAccount')}; all seven are on <a href="/functions">Functions</a>.</li>` : ''}
    <li><b>Point your own code here</b>: connection strings and settings are on <a href="/settings">Settings</a>.</li>
  </ol>`
}

function latestTokens(view: View): Html {
  if (view.tokens.length === 0)
    return html`<p class="empty">No token yet. Sign in somewhere and it shows up here.</p>`
  return html`<ul class="token-lines">${view.tokens
    .slice(0, 6)
    .map((token) => html`<li>${serviceTag(token.service)} ${tokenLine(token, view)}</li>`)}</ul>`
}
