import { X509Certificate } from 'node:crypto'
import { get } from 'node:https'
import { expect } from 'vitest'
import { test } from '../../src/testing.ts'

test('serves https under the authority of endpoints.json, and under no other', async ({ localAzure }) => {
  const { certificateAuthority, cosmos } = localAzure.endpoints
  const authority = new X509Certificate(certificateAuthority)
  expect(authority.ca).toBe(true)
  expect(await status(`${cosmos.httpsEndpoint}/`, certificateAuthority)).toBeGreaterThanOrEqual(200)
  await expect(status(`${cosmos.httpsEndpoint}/`)).rejects.toThrow(/certificate|issuer/)
})

function status(url: string, ca?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, { ca, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', reject)
  })
}
