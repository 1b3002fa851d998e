/** The policy for Entra credentials beside Azure's. */

import { createCommunicationAuthPolicy as createAzurePolicy } from '@azure/communication-common'
import { createHttpHeaders, createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline'
import { createCommunicationAuthPolicy } from '@latchkey/common'
import { expect, onTestFinished, test, vi } from 'vitest'

type Asked = { scopes: string | string[]; claims: string | undefined; enableCae: boolean | undefined }

function signIn(lifeMs = 3_600_000) {
  const asked: Asked[] = []
  return {
    asked,
    getToken: async (scopes: string | string[], options?: { claims?: string; enableCae?: boolean }) => {
      asked.push({ scopes, claims: options?.claims, enableCae: options?.enableCae })
      return { token: `entra-${asked.length}`, expiresOnTimestamp: Date.now() + lifeMs }
    },
  }
}

/** Sends requests through a policy; the service answers the statuses in turn, with a challenge when it is 401. */
async function exchange(
  create: typeof createAzurePolicy,
  statuses: readonly number[],
  challenge: string,
  requests = 1,
) {
  const credential = signIn()
  const policy = create(credential)
  const sent: (string | undefined)[] = []
  const answers = [...statuses]
  for (let count = 0; count < requests; count += 1) {
    const request = createPipelineRequest({ url: 'https://r.communication.azure.com/sms' })
    await policy.sendRequest(request, async (passed): Promise<PipelineResponse> => {
      sent.push(passed.headers.get('authorization'))
      const status = answers.shift() ?? 200
      const headers = createHttpHeaders(status === 401 ? { 'WWW-Authenticate': challenge } : {})
      return { request: passed, status, headers }
    })
  }
  return { sent, asked: credential.asked, name: policy.name }
}

const claims = Buffer.from('{"access_token":{"nbf":{"essential":true}}}').toString('base64')
const challenge = `Bearer realm="", error="insufficient_claims", claims="${claims}"`

test.for([
  ['one request', [200], '', 1],
  ['three requests share a token', [200, 200, 200], '', 3],
  ['a claims challenge is answered once', [401, 200, 200], challenge, 2],
  ['a plain 401 is not', [401], 'Bearer realm=""', 1],
  ['a challenge whose claims are no base64 is not', [401], challenge.replace(claims, '%%%'), 1],
] as const)('%s, as with Azure’s policy', async ([, statuses, header, requests]) => {
  const ours = await exchange(
    createCommunicationAuthPolicy as typeof createAzurePolicy,
    statuses,
    header,
    requests,
  )
  expect(ours).toEqual(await exchange(createAzurePolicy, statuses, header, requests))
  expect(ours.asked[0]?.scopes).toEqual(['https://communication.azure.com//.default'])
})

test('refuses plain http in Azure’s words', async () => {
  const message = 'Bearer token authentication is not permitted for non-TLS protected (non-https) URLs.'
  const request = createPipelineRequest({ url: 'http://127.0.0.1:1/' })
  const next = async (): Promise<never> => expect.unreachable()
  await expect(createAzurePolicy(signIn()).sendRequest(request, next)).rejects.toThrow(message)
  await expect(createCommunicationAuthPolicy(signIn()).sendRequest(request, next)).rejects.toMatchObject({
    message,
    code: 'ERR_BEARER_INSECURE',
  })
})

test('a credential without a token is an error', async () => {
  const policy = createCommunicationAuthPolicy({ getToken: async () => null })
  const request = createPipelineRequest({ url: 'https://r.example/' })
  await expect(policy.sendRequest(request, async () => expect.unreachable())).rejects.toMatchObject({
    code: 'ERR_BEARER_TOKEN',
  })
})

test('a person has the time to sign in', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const credential = {
    getToken: async () => {
      await new Promise((resolve) => setTimeout(resolve, 10 * 60_000))
      return { token: 'entra', expiresOnTimestamp: Date.now() + 3_600_000 }
    },
  }
  for (const create of [createAzurePolicy, createCommunicationAuthPolicy as typeof createAzurePolicy]) {
    const request = createPipelineRequest({ url: 'https://r.communication.azure.com/sms' })
    const answer = create(credential).sendRequest(request, async (passed) => {
      return { request: passed, status: 200, headers: createHttpHeaders() }
    })
    await vi.advanceTimersByTimeAsync(10 * 60_000)
    expect((await answer).request.headers.get('authorization')).toBe('Bearer entra')
  }
})
