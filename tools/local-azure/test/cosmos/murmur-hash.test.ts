import { expect, test } from 'vitest'
import { murmurHash128 } from '../../src/cosmos/murmur-hash.ts'

// Values of the reference implementation (seed 0), as published with its ports.
const vectors: [text: string, hash: string][] = [
  ['', '00000000000000000000000000000000'],
  ['hello', 'cbd8a7b341bd9b025b1e906a48ae1d19'],
  ['hello, world', '342fac623a5ebc8e4cdcbc079642414d'],
  ['The quick brown fox jumps over the lazy dog.', 'cd99481f9ee902c9695da1a38987b6e7'],
]

test.for(vectors)('%j', ([text, hash]) => {
  const [high, low] = murmurHash128(new TextEncoder().encode(text))
  expect(high.toString(16).padStart(16, '0') + low.toString(16).padStart(16, '0')).toBe(hash)
})
