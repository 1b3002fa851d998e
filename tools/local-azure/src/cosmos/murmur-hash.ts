/**
 * MurmurHash3, 128 bits, for 64-bit machines: the hash Cosmos DB spreads partition keys with.
 *
 * https://github.com/aappleby/smhasher/wiki/MurmurHash3
 */

const mask = (1n << 64n) - 1n
const c1 = 0x87c37b91114253d5n
const c2 = 0x4cf5ad432745937fn

function rotate(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & mask
}

function multiply(a: bigint, b: bigint): bigint {
  return (a * b) & mask
}

function finish(value: bigint): bigint {
  let k = value
  k = multiply(k ^ (k >> 33n), 0xff51afd7ed558ccdn)
  k = multiply(k ^ (k >> 33n), 0xc4ceb9fe1a85ec53n)
  return k ^ (k >> 33n)
}

function scramble1(k: bigint): bigint {
  return multiply(rotate(multiply(k, c1), 31n), c2)
}

function scramble2(k: bigint): bigint {
  return multiply(rotate(multiply(k, c2), 33n), c1)
}

/** The hash with seed 0, as its two halves. */
export function murmurHash128(bytes: Uint8Array): [first: bigint, second: bigint] {
  const padded = new Uint8Array(Math.ceil(bytes.length / 16) * 16)
  padded.set(bytes)
  const view = new DataView(padded.buffer)
  const whole = Math.floor(bytes.length / 16) * 16
  let h1 = 0n
  let h2 = 0n
  for (let at = 0; at < padded.length; at += 16) {
    const k1 = view.getBigUint64(at, true)
    const k2 = view.getBigUint64(at + 8, true)
    h1 ^= scramble1(k1)
    // The zeros behind the last bytes scramble to nothing; the halves are mixed after whole blocks only.
    if (at < whole) h1 = (multiply((rotate(h1, 27n) + h2) & mask, 5n) + 0x52dce729n) & mask
    h2 ^= scramble2(k2)
    if (at < whole) h2 = (multiply((rotate(h2, 31n) + h1) & mask, 5n) + 0x38495ab5n) & mask
  }
  h1 ^= BigInt(bytes.length)
  h2 ^= BigInt(bytes.length)
  h1 = (h1 + h2) & mask
  h2 = (h2 + h1) & mask
  h1 = finish(h1)
  h2 = finish(h2)
  h1 = (h1 + h2) & mask
  h2 = (h2 + h1) & mask
  return [h1, h2]
}
