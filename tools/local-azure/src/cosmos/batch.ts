/**
 * Transactional batches, where all operations happen or none, and bulk, where each stands alone.
 */

import { assertOpensKey } from './authorization/access.ts'
import { badRequest, CosmosError } from './errors.ts'
import type { Exchange, Reply } from './exchange.ts'
import { carryOut, type ItemAction } from './item-action.ts'
import { isArray, isObject, type Json, type JsonObject } from './json.ts'
import { assertSize, parseItemId } from './limits.ts'
import { type PartitionKeyValue, parseKey } from './partition-key.ts'
import { type CosmosRequest, parseJson, wantsNoContent } from './request.ts'
import { refusalCharge } from './request-units.ts'
import type { Container } from './store/container.ts'

const maxOperations = 100

const kinds: Readonly<Record<string, ItemAction['kind']>> = {
  Create: 'create',
  Upsert: 'upsert',
  Read: 'read',
  Replace: 'replace',
  Delete: 'delete',
  Patch: 'patch',
}

/** Carries out a batch: the partition key is the request's, and was judged with it. */
export function answerBatch(
  exchange: Exchange,
  container: Container,
  key: PartitionKeyValue | undefined,
): Reply {
  const { state, request } = exchange
  if (key === undefined) throw badRequest('A transactional batch needs a partition key.')
  assertSize(request.body)
  const actions = parseActions(request, key)
  for (const { id } of actions) if (id !== undefined) parseItemId(id)
  const results: Result[] = []
  try {
    state.items.atomically(container, () => {
      for (const action of actions) {
        const result = run(exchange, container, action)
        results.push(result)
        if (result.statusCode >= 400) throw new RolledBack()
      }
    })
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error
    return reply(rolledBack(results, actions.length))
  }
  return reply(results)
}

/** Carries out bulk: an operation on a partition key that is not open to the caller is answered 403, by itself. */
export function answerBulk(
  exchange: Exchange,
  container: Container,
  key: PartitionKeyValue | undefined,
): Reply {
  const { request } = exchange
  const stops = request.header('x-ms-cosmos-batch-continue-on-error')?.toLowerCase() === 'false'
  let failed = false
  const results = parseActions(request, key).map((action) => {
    if (failed && stops) return notDone
    const result = run(exchange, container, action)
    failed ||= result.statusCode >= 400
    return result
  })
  return reply(results)
}

function parseActions(request: CosmosRequest, key: PartitionKeyValue | undefined): ItemAction[] {
  const operations = parseJson(request.body)
  if (!isArray(operations) || operations.length === 0) throw badRequest('The batch has no operations.')
  if (operations.length > maxOperations)
    throw badRequest(`The batch has more than ${maxOperations} operations.`)
  return operations.map((operation) => parseAction(operation, key))
}

function run({ state, request, access }: Exchange, container: Container, action: ItemAction): Result {
  try {
    if (action.key === undefined) throw badRequest('The operation needs a partition key.', 1001)
    assertOpensKey(access, action.key)
    if (action.id !== undefined) parseItemId(action.id)
    const { status, charge, etag, body } = carryOut(state, container, action)
    const silent = action.kind !== 'read' && wantsNoContent(request)
    return { statusCode: status, requestCharge: charge, eTag: etag, body: silent ? '' : body }
  } catch (error) {
    if (!(error instanceof CosmosError)) throw error
    const { status, substatus } = error
    return { statusCode: status, subStatusCode: substatus, requestCharge: refusalCharge, body: '' }
  }
}

class RolledBack extends Error {}

interface Result {
  readonly statusCode: number
  readonly subStatusCode?: number | undefined
  readonly requestCharge: number
  readonly eTag?: string | undefined
  /** JSON text. */
  readonly body: string
}

// What becomes of an operation because of another one.
const notDone: Result = { statusCode: 424, requestCharge: 0, body: '' }

// Every operation but the one that failed is told that it depended on it.
function rolledBack(results: readonly Result[], count: number): Result[] {
  const failed = results.length - 1
  return Array.from({ length: count }, (_, i) => {
    const result = results[i]
    return result && i === failed ? result : notDone
  })
}

function reply(results: readonly Result[]): Reply {
  const texts = results.map(({ body, ...rest }) => {
    const head = JSON.stringify(rest)
    return body === '' ? head : `${head.slice(0, -1)},"resourceBody":${body}}`
  })
  const charge = results.reduce((sum, { requestCharge }) => sum + requestCharge, 0)
  const failed = results.some(({ statusCode }) => statusCode >= 400)
  return { status: failed ? 207 : 200, body: `[${texts.join(',')}]`, charge: Math.round(charge * 100) / 100 }
}

function parseAction(input: Json, header: PartitionKeyValue | undefined): ItemAction {
  const name = isObject(input) ? input['operationType'] : undefined
  const kind = typeof name === 'string' && Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (!isObject(input) || kind === undefined) throw badRequest('The batch has an unknown operation.')
  const own = parseOwnKey(input)
  if (header !== undefined && own !== undefined && own.text !== header.text) {
    throw badRequest('An operation has another partition key than its batch.')
  }
  const text = (field: string): string | undefined => {
    const value = input[field]
    return typeof value === 'string' ? value : undefined
  }
  return {
    kind,
    id: text('id'),
    key: own ?? header,
    body: input['resourceBody'],
    ifMatch: text('ifMatch'),
    ifNoneMatch: text('ifNoneMatch'),
  }
}

// Bulk operations carry their key as JSON text.
function parseOwnKey(operation: JsonObject): PartitionKeyValue | undefined {
  const key = operation['partitionKey']
  if (key === undefined) return undefined
  return parseKey(typeof key === 'string' ? parseJson(key) : key)
}
