/**
 * Resource ids (`_rid`): nested bytes in base64 with `-` for `/`, as the SDK's session container expects them.
 *
 * A database has 4 bytes, a container 8 with the top bit of the fifth set, a user 8 with it clear, an item or a
 * permission 16.
 */

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('/', '-')
}

function decode(rid: string): Buffer {
  return Buffer.from(rid.replaceAll('-', '/'), 'base64')
}

// An odd multiplier scatters small numbers over 31 bits without a collision.
function scatter(number: number): number {
  return Math.imul(number, 0x9e3779b1) & 0x7fffffff
}

/** The resource id of the database with this number. */
export function databaseRid(number: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(scatter(number))
  return encode(bytes)
}

/** The resource id of the container with this number. */
export function containerRid(parent: string, number: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE((scatter(number) | 0x80000000) >>> 0)
  return encode(Buffer.concat([decode(parent), bytes]))
}

/** The resource id of the user with this number. */
export function userRid(parent: string, number: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(scatter(number))
  return encode(Buffer.concat([decode(parent), bytes]))
}

/** Makes the resource ids of a container's items, or of a user's permissions, from their sequence numbers. */
export function createChildRids(parent: string): (sequence: number) => string {
  const bytes = Buffer.alloc(16)
  decode(parent).copy(bytes)
  return (sequence) => {
    bytes.writeUInt32LE(sequence >>> 0, 8)
    bytes.writeUInt32LE(Math.floor(sequence / 2 ** 32), 12)
    return encode(bytes)
  }
}
