/**
 * Partial updates: up to ten operations on the properties of one item, all or none.
 */

import { badRequest } from './errors.ts'
import { isArray, isObject, type Json, type JsonObject } from './json.ts'
import { splitPath } from './partition-key.ts'

/** A patch as posted. */
export interface Patch {
  readonly operations: readonly PatchOperation[]
  /** The text after SELECT *, for example `FROM c WHERE c.stock > 0`. */
  readonly condition?: string | undefined
}

type OperationName = 'add' | 'set' | 'replace' | 'remove' | 'incr' | 'move'

interface PatchOperation {
  readonly op: OperationName
  readonly path: readonly string[]
  readonly from: readonly string[]
  readonly value: Json | undefined
}

const maxOperations = 10
const operationNames = new Set<string>(['add', 'set', 'replace', 'remove', 'incr', 'move'])
const systemNames = new Set(['id', '_rid', '_self', '_etag', '_ts', '_attachments'])

/** Reads a patch: an array of operations, or `{ condition, operations }`. Throws 400. */
export function parsePatch(input: unknown, keyPaths: readonly string[]): Patch {
  const list = isObject(input) ? input['operations'] : input
  const condition = isObject(input) ? input['condition'] : undefined
  if (!isArray(list) || list.length === 0) throw badRequest('The patch has no operations.')
  if (list.length > maxOperations) throw badRequest(`The patch has more than ${maxOperations} operations.`)
  if (condition !== undefined && typeof condition !== 'string') throw badRequest('The condition is invalid.')
  const keys = keyPaths.map(splitPath)
  return { operations: list.map((operation) => parseOperation(operation, keys)), condition }
}

function parseOperation(input: Json, keys: readonly (readonly string[])[]): PatchOperation {
  const op = isObject(input) ? input['op'] : undefined
  if (!isObject(input) || typeof op !== 'string' || !operationNames.has(op)) {
    throw badRequest(`The patch operation '${String(op)}' is unknown.`)
  }
  const value = input['value']
  if (value === undefined && op !== 'remove' && op !== 'move')
    throw badRequest('The patch operation has no value.')
  if (op === 'incr' && typeof value !== 'number') throw badRequest('The value of incr must be a number.')
  const path = parsePointer(input['path'], keys)
  return {
    op: op as OperationName,
    path,
    from: op === 'move' ? parsePointer(input['from'], keys) : [],
    value,
  }
}

function parsePointer(input: Json | undefined, keys: readonly (readonly string[])[]): string[] {
  if (typeof input !== 'string' || !input.startsWith('/') || input.length < 2) {
    throw badRequest('The path of a patch operation begins with a slash.')
  }
  const path = input
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (systemNames.has(path[0] ?? '')) throw badRequest(`The property '${path[0]}' cannot be patched.`)
  const touchesKey = keys.some((key) => key.every((name, i) => i >= path.length || path[i] === name))
  if (touchesKey) throw badRequest('The partition key cannot be patched.')
  return path
}

/** The item after the patch; the item given is left as it was. Throws 400. */
export function applyPatch(item: JsonObject, patch: Patch): JsonObject {
  const copy = structuredClone(item) as Record<string, Json>
  for (const operation of patch.operations) applyOperation(copy, operation)
  return copy
}

function applyOperation(item: Record<string, Json>, { op, path, from, value }: PatchOperation): void {
  if (op === 'move') move(item, path, from)
  else appliers[op](placeOf(item, path), value ?? null, path)
}

type Apply = (place: Place, value: Json, path: readonly string[]) => void

const appliers: Readonly<Record<Exclude<OperationName, 'move'>, Apply>> = {
  add: (place, value) => place.insert(value),
  set: (place, value) => (place.exists ? place.put(value) : place.insert(value)),
  replace: (place, value, path) => {
    if (!place.exists) throw missing(path)
    place.put(value)
  },
  remove: (place, _, path) => {
    if (!place.exists) throw missing(path)
    place.remove()
  },
  incr: (place, value) => {
    if (!place.exists) {
      place.insert(value)
      return
    }
    if (typeof place.value !== 'number') throw badRequest('incr needs a number to add to.')
    const sum = place.value + Number(value)
    if (!Number.isFinite(sum)) throw badRequest('incr would go out of the range of numbers.')
    place.put(sum)
  },
}

function move(item: Record<string, Json>, path: readonly string[], from: readonly string[]): void {
  if (path.length > from.length && from.every((name, i) => path[i] === name)) {
    throw badRequest('A value cannot be moved into itself.')
  }
  const source = placeOf(item, from)
  if (!source.exists || source.value === undefined) throw missing(from)
  source.remove()
  const target = placeOf(item, path)
  if (target.exists && !target.inArray) target.put(source.value)
  else target.insert(source.value)
}

interface Place {
  readonly exists: boolean
  readonly inArray: boolean
  readonly value: Json | undefined
  put(value: Json): void
  insert(value: Json): void
  remove(): void
}

function placeOf(item: Record<string, Json>, path: readonly string[]): Place {
  let parent: Json = item
  for (const name of path.slice(0, -1)) {
    const next: Json | undefined = isArray(parent)
      ? parent[parseIndex(name, parent.length - 1)]
      : ownValue(parent, name)
    if (next === undefined) throw missing(path)
    parent = next
  }
  const name = path.at(-1) ?? ''
  if (isArray(parent)) return arrayPlace(parent as Json[], name)
  if (isObject(parent)) return objectPlace(parent as Record<string, Json>, name)
  throw missing(path)
}

function ownValue(parent: Json, name: string): Json | undefined {
  return isObject(parent) && Object.hasOwn(parent, name) ? parent[name] : undefined
}

function objectPlace(object: Record<string, Json>, name: string): Place {
  const write = (value: Json): void => {
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  }
  return {
    exists: Object.hasOwn(object, name),
    inArray: false,
    value: ownValue(object, name),
    put: write,
    insert: write,
    remove: () => {
      delete object[name]
    },
  }
}

function arrayPlace(array: Json[], name: string): Place {
  const index = name === '-' ? array.length : parseIndex(name, array.length)
  return {
    exists: index < array.length,
    inArray: true,
    value: array[index],
    put: (value) => {
      array[index] = value
    },
    insert: (value) => {
      array.splice(index, 0, value)
    },
    remove: () => {
      array.splice(index, 1)
    },
  }
}

function parseIndex(name: string, last: number): number {
  const index = /^\d{1,9}$/.test(name) ? Number(name) : Number.NaN
  if (index <= last) return index
  throw badRequest('A patch operation names an element that is not in the array.')
}

function missing(path: readonly string[]): Error {
  return badRequest(`The path '/${path.join('/')}' of a patch operation does not exist.`)
}
