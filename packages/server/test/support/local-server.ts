/**
 * A server wired to a local Azure, called by Request and Response without a socket.
 */

import { type LocalAzure, settingsOf } from '@latchkey/local-azure'
import { routesOf } from '../../src/http/app.ts'
import type { Route } from '../../src/http/route.ts'
import { failuresOf } from '../../src/http/route-answers.ts'
import {
  type AppOptions,
  createApp,
  createLatchkey,
  type Latchkey,
  type LatchkeyPorts,
  parseSettings,
} from '../../src/index.ts'
import type { Parts } from '../../src/parts.ts'
import { partsOf } from '../../src/parts-of.ts'

export interface LocalServerOptions {
  /** Settings to change or add; an empty text takes one away. */
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: LatchkeyPorts
  readonly app?: AppOptions
}

export interface LocalServer {
  /** With the inside, which is no part of the public type. */
  readonly latchkey: Latchkey & { readonly parts: Parts }
  /** Sends a request; `body` goes as JSON unless it is a string. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** A function of the original API, with the function key. */
  api(name: string, parameters?: Readonly<Record<string, string>>, method?: string): Promise<Answer>
  fetch(request: Request): Promise<Response>
}

export interface CallOptions {
  readonly body?: unknown
  readonly bearer?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any
}

/** Settings of External ID instead of B2C. */
export function externalIdOf({ endpoints }: LocalAzure): Record<string, string> {
  const { externalId } = endpoints.entra
  return {
    LATCHKEY_PROVIDER: 'external-id',
    LATCHKEY_METADATA_URL: externalId.metadata,
    LATCHKEY_ROPC_METADATA_URL: '',
    LATCHKEY_CLIENT_ID: externalId.clientId,
    LATCHKEY_CLIENT_SECRET: externalId.clientSecret,
    LATCHKEY_POLICIES: '',
    LATCHKEY_GRAPH_TENANT_ID: externalId.tenantId,
  }
}

export function createLocalServer(localAzure: LocalAzure, options: LocalServerOptions = {}): LocalServer {
  const environment = {
    ...settingsOf(localAzure.endpoints),
    NODE_ENV: 'development',
    LATCHKEY_ALLOW_SECRETS_IN_QUERY: 'true',
    ...options.environment,
  }
  const settings = parseSettings(environment)
  const latchkey = createLatchkey(settings, { clock: localAzure.clock, ...options.ports })
  const app = createApp(latchkey, { peerAddress: () => '203.0.113.1', ...options.app })
  const key = localAzure.endpoints.api.functionKey
  const fetch = async (request: Request): Promise<Response> => app.fetch(request)
  const routes = routesOf(latchkey, options.app)

  const call: LocalServer['call'] = async (method, path, { body, bearer, headers } = {}) => {
    const response = await fetch(
      new Request(`${settings.publicUrl}${path}`, {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    )
    const text = await response.text()
    assertDocumented(routes, method, path, response)
    return { status: response.status, headers: response.headers, text, json: parse(text) }
  }
  return {
    latchkey: { ...latchkey, parts: partsOf(latchkey) },
    fetch,
    call,
    api: (name, parameters = {}, method = 'GET') =>
      call(method, `/api/${name}?${new URLSearchParams({ ...parameters, code: key })}`),
  }
}

/** Whatever a test is about, an answer has a status that the documents give its route, and the ETag that they promise. */
function assertDocumented(routes: readonly Route[], method: string, path: string, response: Response): void {
  const [pathname = ''] = path.split('?')
  const matching = routes.filter((each) =>
    new RegExp(`^${each.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(pathname),
  )
  // A path that stands in the table is that one, and no parameter of another.
  const exact = matching.filter((each) => each.path === pathname)
  const route = (exact.length > 0 ? exact : matching).find((each) => each.method === method)
  if (!route) return
  const { status, headers } = response
  const isSuccess = status in route.answers
  if (!isSuccess && !failuresOf(route).has(status))
    throw new Error(`${method} ${route.path} is not documented to answer ${status}`)
  if (isSuccess && headers.has('etag') !== (route.hasEntityTag ?? false))
    throw new Error(`${method} ${route.path} has an ETag and does not say so, or the other way round`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
