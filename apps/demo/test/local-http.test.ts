import { describe, expect, test } from 'vitest'
import { localHttp } from '../src/page/room/local-http.ts'

describe('localHttp', () => {
  test.for([
    'https://contoso.communication.azure.com/',
    'http://contoso.example/',
    'https://localhost:4292/',
  ])('leaves %s as it is', (endpoint) => expect(localHttp(endpoint)).toEqual({ url: endpoint, options: {} }))

  test('gives the client an https address and sends what it asks for to the http one', async () => {
    const { url, options } = localHttp('http://127.0.0.1:4282/')
    expect(url).toBe('https://127.0.0.1:4282')
    const { policy } = options.additionalPolicies?.[0] ?? {}
    const request = { url: `${url}/chat/threads?a=https://127.0.0.1:4282`, allowInsecureConnection: false }
    await policy?.sendRequest(request as never, () => Promise.resolve({} as never))
    expect(request).toEqual({
      url: 'http://127.0.0.1:4282/chat/threads?a=https://127.0.0.1:4282',
      allowInsecureConnection: true,
    })
  })
})
