import { createHeaderSigner, createRequestSigner } from '@latchkey/common'
import { createSyncHeaderSigner } from '@latchkey/common/node'
import { createManualClock } from '@latchkey/common/testing'
import { expect, test } from 'vitest'

const now = Date.parse('2022-04-13T18:09:12.451Z')
const clock = createManualClock(now)

// The two vectors of Azure's own test-suite (reference acs.md 1.1).
test.for([
  ['https://example.com/testPath?testQuery=test', 'DGdgwggJWnQyc6EHjR/Vbqg1ES64KpD6U2XwTDDj3tU='],
  ['https://example.com/testPath', '+6tWkg3lNKVjQHHmxkdGQcJjUgzclsWTMebnuCz1ngU='],
] as const)('signs the published vector %s', async ([url, signature]) => {
  const expected = {
    host: 'example.com',
    'x-ms-date': 'Wed, 13 Apr 2022 18:09:12 GMT',
    'x-ms-content-sha256': '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
  }
  expect(await createHeaderSigner('pw==', { clock })({ method: 'get', url })).toEqual(expected)
  expect(createSyncHeaderSigner('pw==', { clock })({ method: 'GET', url })).toEqual(expected)
  const signed = await createRequestSigner('pw==', { clock })(new Request(url))
  expect(signed.headers.get('authorization')).toBe(expected.authorization)
})

test.for(['GET', 'HEAD', 'POST'])(
  'a %s is signed where Request has no body, as in Firefox',
  async (method) => {
    const request = new Request('https://example.com/', {
      method,
      ...(method === 'POST' && { body: 'text' }),
    })
    const sign = createRequestSigner('pw==', { clock })
    const expected = [...(await sign(request)).headers]
    Object.defineProperty(request, 'body', { value: undefined })
    const signed = await sign(request)
    expect([...signed.headers]).toEqual(expected)
    expect(await signed.text()).toBe(method === 'POST' ? 'text' : '')
  },
)
