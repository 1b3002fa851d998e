/**
 * One action on one item: the same for a single request and for each operation of a batch.
 */

import { badRequest, notFound, preconditionFailed } from './errors.ts'
import type { State } from './exchange.ts'
import { isObject, type JsonObject } from './json.ts'
import { parseItemId } from './limits.ts'
import { agreeOnKey, type PartitionKeyValue } from './partition-key.ts'
import { applyPatch, parsePatch } from './patch.ts'
import { assertPreconditions, type Preconditions } from './preconditions.ts'
import { compileQuery } from './query/compiled-query.ts'
import { readCharge, replaceCharge, writeCharge } from './request-units.ts'
import type { Container } from './store/container.ts'
import type { StoredItem } from './store/items.ts'

/** What to do to which item. */
export interface ItemAction extends Preconditions {
  readonly kind: 'create' | 'upsert' | 'read' | 'replace' | 'delete' | 'patch'
  /** The item's id; absent where the body carries it. */
  readonly id?: string | undefined
  readonly key: PartitionKeyValue | undefined
  readonly body?: unknown
}

/** What came of it. */
export interface ItemOutcome {
  readonly status: number
  readonly etag?: string | undefined
  /** JSON text; empty for none. */
  readonly body: string
  readonly charge: number
}

/** Carries out an action. Throws 400, 404, 409, 412, 413. */
export function carryOut(state: State, container: Container, action: ItemAction): ItemOutcome {
  switch (action.kind) {
    case 'create':
    case 'upsert':
      return put(state, container, action)
    case 'read':
      return read(state, container, action)
    case 'replace':
      return replace(state, container, action)
    case 'delete':
      return remove(state, container, action)
    case 'patch':
      return patch(state, container, action)
  }
}

function put({ items }: State, container: Container, action: ItemAction): ItemOutcome {
  const value = parseItem(action.body)
  const id = parseItemId(value['id'])
  const key = agreeOnKey(action.key, container.extractKey(value))
  if (action.kind === 'create') return wrote(201, items.insert(container, key, id, value))
  const known = items.find(container, key, id)
  assertPreconditions(action, known)
  if (known) return wrote(200, items.update(container, known, value))
  return wrote(201, items.insert(container, key, id, value))
}

function read(state: State, container: Container, action: ItemAction): ItemOutcome {
  const item = find(state, container, action)
  const { etag, body } = item
  if (action.ifNoneMatch === etag) return { status: 304, etag, body: '', charge: 1 }
  return { status: 200, etag, body, charge: readCharge(body.length) }
}

function replace(state: State, container: Container, action: ItemAction): ItemOutcome {
  const value = parseItem(action.body)
  const item = find(state, container, action)
  assertPreconditions(action, item)
  const id = parseItemId(value['id'])
  if (id !== item.id) throw badRequest('The id of an item cannot be changed.')
  const key = container.extractKey(value)
  if (key !== item.key) agreeOnKey({ text: item.key, components: 0 }, key)
  return wrote(200, state.items.update(container, item, value))
}

function remove(state: State, container: Container, action: ItemAction): ItemOutcome {
  const item = find(state, container, action)
  assertPreconditions(action, item)
  state.items.delete(container, item)
  return { status: 204, body: '', charge: writeCharge(item.body.length) }
}

function patch(state: State, container: Container, action: ItemAction): ItemOutcome {
  const wanted = parsePatch(action.body, container.definition.partitionKey.paths)
  const item = find(state, container, action)
  assertPreconditions(action, item)
  const value = JSON.parse(item.body) as JsonObject
  if (wanted.condition !== undefined) {
    const spec = { text: `SELECT * ${wanted.condition}`, parameters: new Map() }
    const query = compileQuery(spec, { nowMs: state.host.clock.now() })
    if (query.run([{ seq: item.seq, key: item.key, value }]).rows.length === 0) throw preconditionFailed()
  }
  return wrote(200, state.items.update(container, item, applyPatch(value, wanted)))
}

function find({ items }: State, container: Container, { key, id }: ItemAction): StoredItem {
  if (key === undefined) {
    throw badRequest('PartitionKey value must be supplied for this operation.', 1001)
  }
  if (key.components !== container.definition.partitionKey.paths.length) {
    throw badRequest('The partition key supplied has fewer components than defined in the collection.', 1001)
  }
  const item = items.find(container, key.text, id ?? '')
  if (!item) throw notFound()
  return item
}

function parseItem(body: unknown): JsonObject {
  if (isObject(body)) return body
  throw badRequest('The input content is invalid because it is not a JSON object.')
}

function wrote(status: number, { etag, body }: StoredItem): ItemOutcome {
  const charge = status === 201 ? writeCharge(body.length) : replaceCharge(body.length)
  return { status, etag, body, charge }
}
