/**
 * Time and faults: what the world does to a client, on demand.
 */

import { html } from 'hono/html'
import { faultKinds } from '../../host/faults.ts'
import { serviceTitles, statefulServices, type View } from '../view.ts'
import { forgetButton } from './forget.ts'
import { type Html, live, options, serviceTag, table } from './html.ts'

const steps: readonly (readonly [number, string])[] = [
  [60, '1 minute'],
  [300, '5 minutes'],
  [3_600, '1 hour'],
  [86_400, '1 day'],
  [30 * 86_400, '30 days'],
]

const faultMeanings: Readonly<Record<(typeof faultKinds)[number], string>> = {
  reset: 'the connection is reset before the service sees the request',
  timeout: 'no answer, ever',
  '429': 'too many requests, with Retry-After',
  '503': 'service unavailable, with Retry-After',
  'drop-response': 'the work is done, the answer is lost',
  slow: 'the answer waits two seconds',
}

/** The page's own part. */
export function controls(view: View): Html {
  return html`
    <section aria-labelledby="clock"><h2 id="clock">Clock</h2>
      <p class="lead">One clock for every service, and for the API and the demo when they run here. It only moves forward; what comes due on the way happens at once.</p>
      <form class="buttons" method="post" action="/controls/clock">
        ${steps.map(([seconds, title]) => html`<button name="seconds" value="${seconds}">+ ${title}</button>`)}
      </form>
    </section>
    <section aria-labelledby="faults"><h2 id="faults">Faults</h2>
      <p class="lead">Arm a fault and the next matching requests meet it, at the socket, as a network would do it.</p>
      <form class="filters" method="post" action="/controls/faults">
        <label>Service <select name="service">${options(
          statefulServices.map((name) => [name, serviceTitles[name]] as const),
          'communication',
        )}</select></label>
        <label>What happens <select name="kind">${options(
          faultKinds.map((kind) => [kind, `${kind}: ${faultMeanings[kind]}`] as const),
          '503',
        )}</select></label>
        <label>Only when the request contains <input name="match" placeholder="all requests" autocomplete="off"></label>
        <label>How often <input name="times" type="number" min="1" max="1000000" value="1" required></label>
        <button class="primary">Arm</button>
      </form>
      ${live('fault-list', armed(view))}
    </section>
    <section aria-labelledby="reset"><h2 id="reset">Begin again</h2>
      <p>Forgets people, documents, messages, tokens and requests, and seeds again. Keys, ids and ports stay.</p>
      ${forgetButton({
        action: '/controls/reset',
        title: 'Forget everything',
        what: 'Everything you added goes, in every service: people, documents, messages, tokens and requests.',
      })}
    </section>`
}

function armed({ faults }: View): Html {
  if (faults.length === 0) return html`<p class="empty">No fault armed.</p>`
  const rows = faults.map(({ service, kind, match, times }) => [
    serviceTag(service),
    kind,
    html`<code>${match === '' ? 'all requests' : match}</code>`,
    { className: 'number', content: String(times) },
  ])
  return html`${table('Armed faults', ['Service', 'Fault', 'Matching', 'Still to come'], rows, '')}
    <form method="post" action="/controls/faults/clear"><button>Clear all</button></form>`
}
