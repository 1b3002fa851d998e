import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSocket } from './raw-socket.ts'
import { type RelayUnderTest, signJwt, startRelay } from './relay-under-test.ts'

let relay: RelayUnderTest
beforeAll(async () => {
  relay = await startRelay()
})
afterAll(() => relay.close())

// Straight into the service, as fast as it answers.
async function statusOf(path: string, init: RequestInit): Promise<number> {
  const request = new Request(`${relay.endpoint}${path}`, init)
  return (await relay.service.fetch(request, { target: path })).status
}

const claimNames = ['documentId', 'scopes', 'tenantId', 'user', 'iat', 'exp', 'ver', 'jti', 'nbf']
const claimValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>('doc:read', ['doc:read', 'doc:write'], 1_790_000_000, '', null, -1, 1e308),
)

const entries = fc.array(
  fc.record(
    {
      path: fc.oneof(fc.string(), fc.constantFrom('a', '.app', '.protocol', '..')),
      type: fc.constantFrom('blob', 'tree', 'commit', 'x'),
      id: fc.string(),
      value: fc.record(
        {
          type: fc.constantFrom('blob', 'tree', 'x'),
          content: fc.string(),
          encoding: fc.constantFrom('utf-8', 'base64', 'x'),
          entries: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  ),
)
const summaries = fc.record({ type: fc.constant('tree'), entries })

describe('whatever is sent is refused, and never breaks the relay', () => {
  test('any text as a token', async () => {
    const header = fc.oneof(
      fc.string({ unit: 'binary-ascii' }).map((text) => `Basic ${text}`),
      fc.array(fc.base64String(), { minLength: 1, maxLength: 4 }).map((parts) => `Basic ${parts.join('.')}`),
      fc.string({ unit: 'binary-ascii' }).map((text) => `Basic ${Buffer.from(text).toString('base64')}`),
    )
    await fc.assert(
      fc.asyncProperty(header, fc.boolean(), async (authorization, isStorage) => {
        const path = isStorage
          ? `/repos/${relay.tenantId}/git/summaries/latest`
          : `/documents/${relay.tenantId}/session/d`
        const clean = authorization.replaceAll(/[^\x20-\x7e]/g, '').trim()
        expect(await statusOf(path, { headers: { authorization: clean } })).toBe(403)
      }),
      { numRuns: 300 },
    )
  })

  test('any claims under the right key', async () => {
    const claims = fc.dictionary(fc.constantFrom(...claimNames), claimValue)
    await fc.assert(
      fc.asyncProperty(claims, async (changed) => {
        // One claim at least is not what it must be, and documents are there only once created.
        const token = relay.sign({ documentId: 'd', ...changed })
        const path = `/documents/${relay.tenantId}/session/d`
        expect([401, 403, 404]).toContain(
          await statusOf(path, { headers: { authorization: `Basic ${token}` } }),
        )
      }),
      { numRuns: 300 },
    )
  })

  test('any body to create a document from', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), summaries), fc.jsonValue(), async (summary, values) => {
        const body = JSON.stringify({ summary, sequenceNumber: 0, values })
        const status = await statusOf(`/documents/${relay.tenantId}`, {
          method: 'POST',
          headers: { authorization: `Basic ${relay.sign()}`, 'content-type': 'application/json' },
          body,
        })
        expect([201, 400]).toContain(status)
      }),
      { numRuns: 200 },
    )
  })

  test('any connection message', async () => {
    const socket = await openSocket(relay.endpoint)
    for (const token of [5, {}, [], true, 'a.b.c', signJwt({}, 'k'), signJwt([] as object, 'k')]) {
      const answer = await socket.connect('d', token, relay.tenantId)
      expect(answer.event).toBe('connect_document_error')
      expect([400, 401, 403]).toContain(answer.payload.code)
    }
    socket.close()
  })
})
