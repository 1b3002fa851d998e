/**
 * Connection strings, keys and settings to copy.
 */

import { html } from 'hono/html'
import type { Endpoints } from '../../endpoints.ts'
import { settingsOf } from '../../settings.ts'
import type { View } from '../view.ts'
import { copyButton, type Html, maskKeys } from './html.ts'

interface Value {
  readonly name: string
  readonly value: string
  readonly secret?: boolean
}

/** The settings page's own part. */
export function settings({ endpoints }: View): Html {
  const snippet = Object.entries(settingsOf(endpoints))
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')
  return html`
    <p class="lead">Everything a client needs. The same is at <a href="/endpoints.json">/endpoints.json</a>. Keys begin with LatchkeyLocalKey, and production settings refuse them.</p>
    ${groups(endpoints).map(
      ([title, values]) =>
        html`<section><h2>${title}</h2><ul class="lines">${values.map(line)}</ul></section>`,
    )}
    <section aria-labelledby="environment"><h2 id="environment">Environment of a Latchkey server</h2>
      <p>${copyButton(snippet, 'the settings')} for a <code>.env</code> file; secrets are in the copy.</p>
      <pre tabindex="0" role="group" aria-label="Settings"><code>${maskKeys(snippet)}</code></pre>
    </section>`
}

function line({ name, value, secret = false }: Value): Html {
  const shown = secret ? value.replace(/(LatchkeyLocalKey).*/s, '$1…') : value
  return html`<li><b>${name}</b> <code>${shown}</code> ${copyButton(value, name)}</li>`
}

function groups(endpoints: Endpoints): readonly (readonly [string, readonly Value[]])[] {
  const { entra, graph, communication, cosmos, fluid, api } = endpoints
  const secret = (name: string, value: string): Value => ({ name, value, secret: true })
  return [
    [
      'Communication',
      [
        secret('Connection string', communication.connectionString),
        { name: 'Endpoint', value: communication.endpoint },
      ],
    ],
    [
      'Cosmos DB',
      [
        secret('Connection string', `AccountEndpoint=${cosmos.httpsEndpoint}/;AccountKey=${cosmos.key};`),
        { name: 'Endpoint', value: cosmos.endpoint },
        secret('Key', cosmos.key),
        { name: 'Database', value: cosmos.database },
      ],
    ],
    [
      'Fluid Relay',
      [
        { name: 'Service endpoint', value: fluid.endpoint },
        { name: 'Tenant id', value: fluid.tenantId },
        secret('Primary key', fluid.primaryKey),
        secret('Secondary key', fluid.secondaryKey),
      ],
    ],
    [
      'Azure AD B2C',
      [
        { name: 'Metadata', value: entra.b2c.metadata },
        { name: 'Authority', value: entra.b2c.authority },
        { name: 'Client id', value: entra.b2c.clientId },
        secret('Client secret', entra.b2c.clientSecret),
      ],
    ],
    [
      'External ID',
      [
        { name: 'Metadata', value: entra.externalId.metadata },
        { name: 'Client id', value: entra.externalId.clientId },
        secret('Client secret', entra.externalId.clientSecret),
      ],
    ],
    [
      'Microsoft Graph',
      [
        { name: 'Endpoint', value: graph.endpoint },
        { name: 'Token endpoint', value: graph.tokenEndpoint },
        { name: 'Client id', value: graph.clientId },
        secret('Client secret', graph.clientSecret),
      ],
    ],
    [
      'API',
      [
        { name: 'Address', value: api.baseUrl },
        { name: 'Functions', value: api.functionsUrl },
        secret('Function key', api.functionKey),
      ],
    ],
  ]
}
