/**
 * HMAC-SHA256 (RFC 2104) under one key, in two one-shot hashes: half of what `createHmac` costs, and every request pays it.
 */

import { hash } from 'node:crypto'

const blockBytes = 64
const digestBytes = 32

/** Makes the function that signs texts under `key`. */
export function createHmacSigner(key: Uint8Array): (text: string) => Buffer {
  const block = Buffer.alloc(blockBytes)
  block.set(key.length > blockBytes ? hash('sha256', key, 'buffer') : key)
  const inner = block.map((byte) => byte ^ 0x36)
  const outer = Buffer.alloc(blockBytes + digestBytes)
  outer.set(block.map((byte) => byte ^ 0x5c))
  return (text) => {
    hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'buffer').copy(outer, blockBytes)
    return hash('sha256', outer, 'buffer')
  }
}
