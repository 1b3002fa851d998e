/**
 * Effective partition keys: the places of partition keys on the line from `` to `FF` that containers are cut along.
 *
 * The SDK names a part of that line when it wants the changes under a prefix of a hierarchical key.
 */

import type { Json } from './json.ts'
import { murmurHash128 } from './murmur-hash.ts'
import type { PartitionKeyDefinition } from './partition-key.ts'
import type { CosmosRequest } from './request.ts'

/** The place of a partition key, given as its JSON text. */
export function effectiveKey(text: string, kind: PartitionKeyDefinition['kind']): string {
  const components = JSON.parse(text) as Json[]
  const parts = components.map(encodeComponent)
  return kind === 'MultiHash' ? parts.map(place).join('') : place(Buffer.concat(parts))
}

function place(bytes: Uint8Array): string {
  const [first, second] = murmurHash128(bytes)
  const hash = Buffer.alloc(16)
  hash.writeBigUInt64BE(second, 0)
  hash.writeBigUInt64BE(first, 8)
  // The two highest bits stay clear, so that every place lies before FF.
  hash[0] = (hash[0] ?? 0) & 0x3f
  return hash.toString('hex').toUpperCase()
}

function encodeComponent(value: Json): Buffer {
  if (typeof value === 'string') return Buffer.concat([Buffer.of(8), Buffer.from(value), Buffer.of(0xff)])
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9, 5)
    bytes.writeDoubleLE(value, 1)
    return bytes
  }
  if (typeof value === 'boolean') return Buffer.of(value ? 3 : 2)
  return Buffer.of(value === null ? 1 : 0)
}

/** Tells whether a partition key lies in the part of the line a request names; `undefined` when it names none. */
export function createRangeFilter(
  request: CosmosRequest,
  { kind }: PartitionKeyDefinition,
): ((key: string) => boolean) | undefined {
  const start = request.header('x-ms-start-epk') ?? ''
  const end = request.header('x-ms-end-epk') ?? 'FF'
  if (start === '' && end === 'FF') return undefined
  const known = new Map<string, boolean>()
  return (key) => {
    let inside = known.get(key)
    if (inside === undefined) {
      const at = effectiveKey(key, kind)
      inside = at >= start && at < end
      known.set(key, inside)
    }
    return inside
  }
}
