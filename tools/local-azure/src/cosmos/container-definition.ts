/**
 * The definition of a container as clients write it: partition key, indexing, unique keys, time to live.
 */

import { badRequest } from './errors.ts'
import { isArray, isObject, type Json, type JsonObject } from './json.ts'
import { type PartitionKeyDefinition, parseDefinition, splitPath } from './partition-key.ts'

/** One property of a composite index. */
export interface CompositePath {
  readonly path: string
  readonly order: 'ascending' | 'descending'
}

/** A container's definition. */
export interface ContainerDefinition {
  readonly partitionKey: PartitionKeyDefinition
  readonly indexingPolicy: JsonObject
  readonly compositeIndexes: readonly (readonly CompositePath[])[]
  /** Each unique key is a list of paths. */
  readonly uniqueKeys: readonly (readonly string[])[]
  /** Seconds; -1: items keep their own; `null`: nothing expires. */
  readonly defaultTtl: number | null
  /** The rest of what the client wrote, kept and echoed. */
  readonly rest: JsonObject
}

const defaultIndexingPolicy: JsonObject = {
  indexingMode: 'consistent',
  automatic: true,
  includedPaths: [{ path: '/*' }],
  excludedPaths: [{ path: '/"_etag"/?' }],
}

const ownFields = new Set(['id', 'partitionKey', 'indexingPolicy', 'uniqueKeyPolicy', 'defaultTtl'])

/** Reads a definition. Throws 400. */
export function parseContainerDefinition(input: JsonObject): ContainerDefinition {
  const policy = input['indexingPolicy']
  if (policy !== undefined && !isObject(policy)) throw badRequest('The indexing policy is invalid.')
  const indexingPolicy = { ...defaultIndexingPolicy, ...policy }
  return {
    partitionKey: parseDefinition(input['partitionKey']),
    indexingPolicy,
    compositeIndexes: parseCompositeIndexes(indexingPolicy['compositeIndexes']),
    uniqueKeys: parseUniqueKeys(input['uniqueKeyPolicy']),
    defaultTtl: parseTimeToLive(input['defaultTtl'], 'defaultTtl'),
    rest: Object.fromEntries(
      Object.entries(input).filter(([name]) => !ownFields.has(name) && !name.startsWith('_')),
    ),
  }
}

/** The definition as clients read it. */
export function formatContainerDefinition(id: string, definition: ContainerDefinition): JsonObject {
  const { partitionKey, indexingPolicy, uniqueKeys, defaultTtl, rest } = definition
  return {
    id,
    indexingPolicy,
    partitionKey: { paths: partitionKey.paths, kind: partitionKey.kind, version: partitionKey.version },
    ...(defaultTtl === null ? {} : { defaultTtl }),
    uniqueKeyPolicy: { uniqueKeys: uniqueKeys.map((paths) => ({ paths })) },
    conflictResolutionPolicy: {
      mode: 'LastWriterWins',
      conflictResolutionPath: '/_ts',
      conflictResolutionProcedure: '',
    },
    geospatialConfig: { type: 'Geography' },
    ...rest,
  }
}

/** Reads a time to live: absent or `null`, -1, or seconds. Throws 400. */
export function parseTimeToLive(input: Json | undefined, name: string): number | null {
  if (input === undefined || input === null) return null
  if (
    typeof input === 'number' &&
    Number.isInteger(input) &&
    (input === -1 || input > 0) &&
    input <= 2 ** 31 - 1
  ) {
    return input
  }
  throw badRequest(
    `The input ${name} '${JSON.stringify(input)}' is invalid. Ensure to provide a nonzero positive integer less than or equal to '2147483647', or '-1' which means never expire.`,
  )
}

function parseCompositeIndexes(input: Json | undefined): CompositePath[][] {
  if (input === undefined || input === null) return []
  if (!isArray(input)) throw badRequest('The composite indexes are invalid.')
  return input.map((index) => {
    if (!isArray(index) || index.length < 2) throw badRequest('A composite index needs at least two paths.')
    return index.map((entry) => {
      const path = isObject(entry) ? entry['path'] : undefined
      if (!isObject(entry) || typeof path !== 'string') throw badRequest('A composite index path is invalid.')
      return { path, order: entry['order'] === 'descending' ? 'descending' : 'ascending' }
    })
  })
}

function parseUniqueKeys(input: Json | undefined): string[][] {
  const keys = isObject(input) ? input['uniqueKeys'] : undefined
  if (keys === undefined || keys === null) return []
  if (!isArray(keys) || keys.length > 10) throw badRequest('A unique key policy has at most 10 unique keys.')
  const parsed = keys.map(parseUniqueKey)
  if (parsed.flat().length > 16) throw badRequest('A unique key policy has at most 16 paths.')
  return parsed
}

function parseUniqueKey(key: Json): string[] {
  const paths = isObject(key) ? key['paths'] : undefined
  if (!isArray(paths) || paths.length === 0) throw badRequest('A unique key is invalid.')
  return paths.map((path) => {
    if (typeof path !== 'string' || splitPath(path).length === 0) {
      throw badRequest('The unique key path cannot be accepted.')
    }
    return path
  })
}
