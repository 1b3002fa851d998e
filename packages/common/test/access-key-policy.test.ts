/** Our policy inside Azure's own pipeline and client. */

import type { createCommunicationAccessKeyCredentialPolicy as createAzurePolicy } from '@azure/communication-common'
import { SmsClient } from '@azure/communication-sms'
import {
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type PipelineRequest,
  retryPolicy,
} from '@azure/core-rest-pipeline'
import {
  AccessKeyCredential,
  createCommunicationAccessKeyCredentialPolicy,
  createCommunicationAuthPolicy,
  createSigningPolicy,
  type SignatureVerdict,
  verifySignedRequest,
} from '@latchkey/common'
import { createManualClock } from '@latchkey/common/testing'
import { expect, test } from 'vitest'

const key = Buffer.from('the primary key').toString('base64')
const nextKey = Buffer.from('the next key').toString('base64')

async function verify(
  request: PipelineRequest,
  keys: readonly string[],
  clock = createManualClock(Date.now()),
) {
  const { pathname, search } = new URL(request.url)
  const body = new TextEncoder().encode((request.body ?? '') as string)
  const { headers, method } = request
  return verifySignedRequest({ method, target: pathname + search, headers, body }, { keys, clock })
}

test('the real SMS client sends what our verifier accepts', async () => {
  const verdicts: SignatureVerdict[] = []
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      verdicts.push(await verify(request, [nextKey, key]))
      const value = [{ to: '+14255550124', messageId: 'm', httpStatusCode: 202, successful: true }]
      return { request, status: 202, headers: createHttpHeaders(), bodyAsText: JSON.stringify({ value }) }
    },
  }
  // The client signs with its own key first; our policy is nearer to the wire and signs over it with another.
  const policy = createSigningPolicy(new AccessKeyCredential(key))
  const client = new SmsClient(
    'https://r.communication.azure.com',
    { key: Buffer.from('overruled').toString('base64') },
    { httpClient, additionalPolicies: [{ policy, position: 'perRetry' }] },
  )
  const sent = await client.send({ from: '+14255550123', to: ['+14255550124'], message: 'Grüße ✓' })
  expect(sent).toMatchObject([{ successful: true, messageId: 'm' }])
  expect(verdicts).toMatchObject([{ ok: true, keyIndex: 1 }])
})

/** Three attempts, ten minutes apart, through Azure's retry policy. */
async function attempt(policy: ReturnType<typeof createAzurePolicy>, phase: 'Sign' | undefined) {
  const clock = createManualClock(Date.UTC(2026, 0, 1))
  const pipeline = createEmptyPipeline()
  pipeline.addPolicy(
    retryPolicy([{ name: 'at-once', retry: () => ({ retryAfterInMs: 0 }) }], { maxRetries: 2 }),
    { phase: 'Retry' },
  )
  const own = createCommunicationAccessKeyCredentialPolicy({ key }, { clock })
  pipeline.addPolicy(phase === 'Sign' ? own : policy, phase === undefined ? {} : { phase })
  const outcomes: string[] = []
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      const verdict = await verify(request, [key], clock)
      outcomes.push(verdict.ok ? 'ok' : verdict.reason)
      await clock.advance(10 * 60_000)
      return { request, status: 503, headers: createHttpHeaders() }
    },
  }
  const request = createPipelineRequest({ url: 'https://r.example/p', method: 'POST', body: 'x' })
  await pipeline.sendRequest(httpClient, request)
  return outcomes
}

test('signs each attempt anew in the Sign phase; outside, as Azure’s clients do, the signature grows stale', async () => {
  const clock = createManualClock(Date.UTC(2026, 0, 1))
  const outside = createCommunicationAccessKeyCredentialPolicy({ key }, { clock })
  expect(await attempt(outside, undefined)).toEqual(['ok', 'ok', 'ERR_SIGNATURE_DATE'])
  expect(await attempt(outside, 'Sign')).toEqual(['ok', 'ok', 'ok'])
})

test('a key exchanged under way signs the next request', async () => {
  const credential = new AccessKeyCredential(key)
  const policy = createCommunicationAuthPolicy(credential)
  const send = async (): Promise<SignatureVerdict> => {
    const request = createPipelineRequest({ url: 'https://r.example/p' })
    const response = { request, status: 200, headers: createHttpHeaders() }
    await policy.sendRequest(request, async () => response)
    return verify(request, [key, nextKey])
  }
  expect(await send()).toMatchObject({ keyIndex: 0 })
  credential.update(nextKey)
  expect(await send()).toMatchObject({ keyIndex: 1 })
  expect(() => credential.update('')).toThrow(expect.objectContaining({ code: 'ERR_ACCESS_KEY' }))
  expect(await send()).toMatchObject({ keyIndex: 1 })
})

test('a key does not print', () => {
  const credential = new AccessKeyCredential(key)
  expect([`${credential}`, JSON.stringify({ credential })].join()).not.toContain(key)
})
