import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHmacSigner } from '../../src/cosmos/authorization/hmac.ts'

test('signs as node:crypto does, with keys shorter and longer than a block', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
      (key, texts) => {
        const sign = createHmacSigner(key)
        for (const text of texts) expect(sign(text)).toEqual(createHmac('sha256', key).update(text).digest())
      },
    ),
    { numRuns: 500 },
  )
})
