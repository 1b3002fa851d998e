/**
 * The request log with its filters.
 */

import { html } from 'hono/html'
import type { LoggedRequest } from '../../host/request-log.ts'
import { serviceTitles, statefulServices, type View } from '../view.ts'
import { type Html, instant, live, options, serviceTag, table } from './html.ts'

/** Which requests are shown. */
export interface RequestFilter {
  readonly service: string
  /** `2` to `5` for a class of status, `0` for no answer. */
  readonly status: string
  readonly text: string
}

const mostShown = 200

/** The request log's own part. */
export function requests(view: View, filter: RequestFilter): Html {
  const chosen = view.requests.filter((request) => isWanted(request, filter))
  return html`
    <p class="lead">Methods, paths and outcomes; bodies and headers are never kept, and every query value that could be a secret is shown as ***.</p>
    <form class="filters" method="get" action="/log" role="search">
      <label>Service <select name="service">${options([['', 'All'], ...statefulServices.map((name) => [name, serviceTitles[name]] as const)], filter.service)}</select></label>
      <label>Status <select name="status">${options(statusChoices, filter.status)}</select></label>
      <label>Path contains <input name="text" type="search" value="${filter.text}" autocomplete="off"></label>
      <button>Filter</button>
    </form>
    ${live(
      'request-list',
      html`<p class="muted">${chosen.length} of ${view.requests.length} requests${chosen.length > mostShown ? `, the newest ${mostShown} shown` : ''}</p>
      ${requestTable(chosen.slice(0, mostShown), 'Requests')}`,
    )}`
}

/** A table of requests. */
export function requestTable(list: readonly LoggedRequest[], label: string): Html {
  const rows = list.map(({ atMs, service, method, path, status, durationMs, fault }) => [
    instant(atMs),
    html`${outcome(status)}${fault === undefined ? '' : html` <span class="tag" data-service="fault">${fault}</span>`}`,
    { className: 'path', content: html`<b>${method}</b> <code>${path}</code>` },
    serviceTag(service),
    { className: 'number', content: `${durationMs} ms` },
  ])
  return table(label, ['Time', 'Status', 'Request', 'Service', 'Took'], rows, 'Nothing was asked yet.')
}

function outcome(status: number): Html {
  const text = status === 0 ? 'none' : String(status)
  return html`<span class="status" data-class="${text === 'none' ? '0' : text.slice(0, 1)}">${text}</span>`
}

const statusChoices = [
  ['', 'All'],
  ['2', '2xx'],
  ['3', '3xx'],
  ['4', '4xx'],
  ['5', '5xx'],
  ['0', 'No answer'],
] as const

function isWanted(request: LoggedRequest, { service, status, text }: RequestFilter): boolean {
  if (service !== '' && request.service !== service) return false
  if (status !== '' && String(request.status).slice(0, 1) !== status) return false
  return `${request.method} ${request.path}`.toLowerCase().includes(text.toLowerCase())
}
