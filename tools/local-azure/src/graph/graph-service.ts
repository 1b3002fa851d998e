/**
 * Microsoft Graph v1.0: users, groups and who is in them.
 */

import type { EntraContext } from '../entra/entra-context.ts'
import { answerBatch, type BatchItem } from './batch.ts'
import { badRequest, GraphError } from './errors.ts'
import { type GraphRequest, parseBody } from './graph-request.ts'
import { answerGroups } from './groups.ts'
import { authenticateCaller, type Caller } from './permissions.ts'
import type { GraphThrottle } from './throttle.ts'
import { answerUsers } from './users.ts'

/** Where Graph begins. */
export const graphRoot = '/graph/'
const version = '/graph/v1.0'

/** What Graph has besides the directories. */
export interface GraphParts {
  readonly context: EntraContext
  readonly throttle: GraphThrottle
}

/** Answers a request to Graph. */
export async function answerGraph(parts: GraphParts, request: Request, url: URL): Promise<Response> {
  const { clock } = parts.context.host
  const clientRequestId = request.headers.get('client-request-id')
  try {
    const caller = await authenticateCaller(parts.context, request)
    const body = (): Promise<Readonly<Record<string, unknown>>> => readBody(request)
    if (url.pathname === `${version}/$batch` && request.method === 'POST') {
      const item = (one: BatchItem): Promise<Response> => answerItem(parts, caller, url, one)
      return await answerBatch(await body(), item)
    }
    return await route(parts, caller, request.method, url, body)
  } catch (error) {
    if (error instanceof GraphError) return error.respond(clock, clientRequestId)
    throw error
  }
}

async function answerItem(parts: GraphParts, caller: Caller, url: URL, item: BatchItem): Promise<Response> {
  try {
    const target = new URL(`${version}${item.url.startsWith('/') ? '' : '/'}${item.url}`, url)
    return await route(parts, caller, item.method, target, () => Promise.resolve(parseBody(item.body)))
  } catch (error) {
    if (error instanceof GraphError) return error.respond(parts.context.host.clock, null)
    throw error
  }
}

async function route(
  parts: GraphParts,
  caller: Caller,
  method: string,
  url: URL,
  body: GraphRequest['body'],
): Promise<Response> {
  const path = url.pathname.slice(version.length)
  const segments = path.split('/').slice(1).map(decodeSegment)
  const [collection] = segments
  if (!url.pathname.startsWith(`${version}/`) || (collection !== 'users' && collection !== 'groups')) {
    throw badRequest(`Resource not found for the segment '${collection ?? ''}'.`)
  }
  parts.throttle.count(caller.clientId, method, collection)
  const { context } = parts
  const request: GraphRequest = { context, caller, lag: context.lag, method, url, segments, body }
  const answered = await (collection === 'users' ? answerUsers(request) : answerGroups(request))
  if (answered) return answered
  const message = `Specified HTTP method is not allowed for the request target.`
  throw new GraphError(405, 'Request_BadRequest', message)
}

const maxBodyBytes = 1_000_000

async function readBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const text = await request.text()
  if (text.length > maxBodyBytes)
    throw new GraphError(413, 'RequestEntityTooLarge', 'The request is too large.')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw badRequest('Unable to read JSON request payload.')
  }
  return parseBody(value)
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw badRequest('The request URI is malformed.')
  }
}
