/**
 * Partition keys: their definition, their value in an item, and their value in a header.
 *
 * A value is kept as the JSON text of its array. A component that is absent stands as `{}`, as it does on the wire.
 */

import { badRequest } from './errors.ts'
import { isArray, isObject, type JsonObject, property } from './json.ts'

/** The definition of a container's partition key. */
export interface PartitionKeyDefinition {
  readonly paths: readonly string[]
  readonly kind: 'Hash' | 'MultiHash'
  readonly version: number
}

/** The most bytes a partition key value may have. */
const maxKeyBytes = 2048

const mismatch =
  "PartitionKey extracted from document doesn't match the one specified in the header. Learn more: https://aka.ms/CosmosDB/sql/errors/wrong-pk-value"

/** Reads a definition. Throws 400. */
export function parseDefinition(input: unknown): PartitionKeyDefinition {
  if (input === undefined) return { paths: ['/_partitionKey'], kind: 'Hash', version: 2 }
  if (!isObject(input) || !isArray(input['paths']))
    throw badRequest('The partition key definition is invalid.')
  const paths: string[] = []
  for (const path of input['paths']) {
    if (typeof path !== 'string' || splitPath(path).length === 0) {
      throw badRequest(`The partition key component definition path '${String(path)}' could not be accepted.`)
    }
    if (!paths.includes(path)) paths.push(path)
  }
  const hierarchical = input['kind'] === 'MultiHash'
  if (paths.length === 0 || paths.length > (hierarchical ? 3 : 1) || paths.length !== input['paths'].length) {
    throw badRequest('The number of partition key paths is invalid.')
  }
  const version = typeof input['version'] === 'number' ? input['version'] : 2
  return { paths, kind: hierarchical ? 'MultiHash' : 'Hash', version }
}

/** The property names of a path such as `/address/zip` or `/"odd name"`. */
export function splitPath(path: string): string[] {
  const names: string[] = []
  const pattern = /\/(?:"([^"]*)"|([^/"]+))/y
  while (pattern.lastIndex < path.length) {
    const match = pattern.exec(path)
    if (!match) return []
    names.push(match[1] ?? match[2] ?? '')
  }
  return names
}

/** Reads partition key values out of items. */
export function createExtractor(definition: PartitionKeyDefinition): (item: JsonObject) => string {
  const paths = definition.paths.map(splitPath)
  return (item) => formatKey(paths.map((names) => at(item, names)))
}

function at(item: JsonObject, names: readonly string[]): unknown {
  let value: unknown = item
  for (const name of names) {
    if (!isObject(value)) return undefined
    value = property(value, name)
  }
  return value
}

function formatKey(components: readonly unknown[]): string {
  const text = `[${components.map(formatComponent).join(',')}]`
  if (text.length > maxKeyBytes / 3 && Buffer.byteLength(text) > maxKeyBytes) {
    throw badRequest('The partition key value is longer than 2048 bytes.')
  }
  return text
}

function formatComponent(value: unknown): string {
  if (value === undefined) return '{}'
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  // Negative zero and zero are the same key.
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value + 0)
  if (isObject(value) && Object.keys(value).length === 0) return '{}'
  throw badRequest(
    "Partition key provided either doesn't correspond to definition in the collection or doesn't match partition key field values specified in the document.",
    1001,
  )
}

/** A partition key from a header or a permission: whole, or the first components of a hierarchical one. */
export interface PartitionKeyValue {
  readonly text: string
  readonly components: number
}

/** Reads the components of a key. Throws 400. */
export function parseKey(input: unknown): PartitionKeyValue {
  if (!isArray(input)) throw badRequest('Partition key supplied is not valid.')
  return { text: formatKey(input), components: input.length }
}

/** Reads the header `x-ms-documentdb-partitionkey`; `[]` and nothing are no key. Throws 400. */
export function parseKeyHeader(text: string | undefined): PartitionKeyValue | undefined {
  if (text === undefined || text === '' || text === '[]') return undefined
  let input: unknown
  try {
    input = JSON.parse(text)
  } catch {
    throw badRequest(`Partition key ${text.slice(0, 100)} is invalid.`)
  }
  return parseKey(input)
}

/** The key of an item, which must be the one in the header when there is one. Throws 400. */
export function agreeOnKey(header: PartitionKeyValue | undefined, extracted: string): string {
  if (header !== undefined && header.text !== extracted) throw badRequest(mismatch, 1001)
  return extracted
}

/** Tells whether the whole key `text` lies under `prefix`, which may itself be whole. */
export function isUnder(text: string, prefix: PartitionKeyValue | undefined): boolean {
  if (prefix === undefined || text === prefix.text) return true
  return text.startsWith(`${prefix.text.slice(0, -1)},`)
}
