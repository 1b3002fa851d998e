/**
 * What happens to an HTTP request: find the function, ask for its key, invoke it.
 */

import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerAdmin, isAdminPath } from './admin-api.ts'
import type { InvocationRequest, ProgrammingModel } from './core-contract.ts'
import type { FunctionApp } from './function-app.ts'
import { type FunctionKeys, keyOf, levelOf, opens } from './function-keys.ts'
import { headersOf, readBody, sendHttpData, toHttpData } from './http-data.ts'
import { invoke } from './invocation.ts'
import { sayDisabled, sayKeyRefused, sayUnknown } from './refusal.ts'
import { findRoute, type HttpRoute, type RouteMatch } from './route-table.ts'
import type { StreamingProxy } from './streaming.ts'

/** Everything the front needs to know about the app. */
export interface HttpFrontParts {
  readonly app: FunctionApp
  readonly routes: readonly HttpRoute[]
  readonly keys: FunctionKeys
  readonly settings: Readonly<Record<string, string>>
  /** The streaming proxy of each library copy that switched streaming on. */
  readonly proxies: ReadonlyMap<ProgrammingModel, StreamingProxy>
}

const homePage = 'The function app is running.\n'

/** Answers a request; never rejects. */
export async function handleHttp(
  parts: HttpFrontParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await route(parts, request, response)
  } catch (error) {
    // What a function throws is the developer's to read, never the caller's.
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    parts.app.log({ level: 'error', category: 'system', message })
    if (response.headersSent) response.destroy()
    else response.writeHead(500, { 'content-length': 0 }).end()
  }
}

async function route(
  parts: HttpFrontParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = URL.parse(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`)
  if (url === null) return answerEmpty(response, 400)
  const match = findRoute(parts.routes, request.method ?? 'GET', url.pathname)
  const name = match?.route.registered.metadata.name
  const key = keyOf(request.headers['x-functions-key']?.toString(), url.searchParams)
  const level = levelOf(parts.keys, key, name)
  if (match === undefined) {
    if (isAdminPath(url.pathname)) return await answerAdmin(parts, level, request, url, response)
    return answerUnknown(parts, request.method ?? 'GET', url.pathname, response)
  }
  if (isDisabled(parts, match) && level !== 'admin') {
    return refuse(parts, response, 404, sayDisabled(match.route))
  }
  if (!opens(level, match.route.level)) return refuse(parts, response, 401, sayKeyRefused(match.route))
  const proxy = parts.proxies.get(match.route.registered.model())
  if (proxy) await invokeStreaming(parts.app, proxy, match, request, response)
  else await invokeBuffered(parts.app, match, url, request, response)
}

async function invokeBuffered(
  app: FunctionApp,
  { route: { registered, bindingName }, parameters }: RouteMatch,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request)
  if (body === undefined) return answerEmpty(response, 413)
  const http = toHttpData(request, url, parameters, body)
  const answer = await invoke(app, registered, {
    inputData: [{ name: bindingName, data: { http } }],
    triggerMetadata: triggerMetadata(request, parameters),
    ...traceContext(request),
  })
  sendHttpData(response, answer.returnValue)
}

async function invokeStreaming(
  app: FunctionApp,
  proxy: StreamingProxy,
  { route: { registered, bindingName }, parameters }: RouteMatch,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const invocationId = randomUUID()
  const giveUp = new AbortController()
  response.once('close', () => giveUp.abort())
  const forwarding = proxy.forward(request, response, invocationId, giveUp.signal)
  const invocation = invoke(
    app,
    registered,
    {
      inputData: [{ name: bindingName, data: { http: {} } }],
      triggerMetadata: triggerMetadata(request, parameters),
      ...traceContext(request),
    },
    invocationId,
  )
  try {
    await invocation
  } catch (error) {
    giveUp.abort()
    await forwarding.catch(() => undefined)
    throw error
  }
  // The caller went away: there is nobody left to answer.
  await forwarding.catch((error: unknown) => {
    if (!giveUp.signal.aborted) throw error
  })
}

function triggerMetadata(
  request: IncomingMessage,
  parameters: Readonly<Record<string, string>>,
): InvocationRequest['triggerMetadata'] {
  const strings = Object.entries(parameters).map(([name, value]) => [name, { string: value }] as const)
  return { Headers: { json: JSON.stringify(headersOf(request)) }, ...Object.fromEntries(strings) }
}

function traceContext(request: IncomingMessage): Pick<InvocationRequest, 'traceContext'> {
  const { traceparent, tracestate } = request.headers
  if (typeof traceparent !== 'string') return {}
  const traceState = typeof tracestate === 'string' ? { traceState: tracestate } : {}
  return { traceContext: { traceParent: traceparent, ...traceState } }
}

function isDisabled(parts: HttpFrontParts, match: RouteMatch): boolean {
  const setting = parts.settings[`AzureWebJobs.${match.route.registered.metadata.name}.Disabled`]
  return setting === '1' || setting?.toLowerCase() === 'true'
}

function answerUnknown(
  parts: HttpFrontParts,
  method: string,
  pathname: string,
  response: ServerResponse,
): void {
  if (pathname !== '/') refuse(parts, response, 404, sayUnknown(parts.routes, method, pathname))
  else if (parts.settings['AzureWebJobsDisableHomepage']?.toLowerCase() === 'true') answerEmpty(response, 204)
  else response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(homePage)
}

// Azure tells the caller nothing; whoever runs the host may know.
function refuse(parts: HttpFrontParts, response: ServerResponse, status: number, message: string): void {
  parts.app.log({ level: 'warning', category: 'system', message })
  answerEmpty(response, status)
}

function answerEmpty(response: ServerResponse, status: number): void {
  response.writeHead(status, status === 204 ? {} : { 'content-length': 0 }).end()
}
