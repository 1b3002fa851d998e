import { verifySignedRequest } from '@latchkey/common'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CommunicationIdentityClient, subjectId, tokenScopes } from '../src/index.ts'
import { type ScriptedService, startScriptedService, token } from './scripted-service.ts'

const key = Buffer.from('a key of this test, no other').toString('base64')
let service: ScriptedService

beforeAll(async () => {
  service = await startScriptedService()
})
afterAll(() => service.close())

const text = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
// A path of dots leads elsewhere, with Azure's client too: azure-parity.test.ts has these two.
const ids = text.filter((id) => id !== '.' && id !== '..')

test('whatever the id: what is signed is what is on the wire, and it names that id', async () => {
  const client = new CommunicationIdentityClient(service.url, { key })
  const scopes = fc.subarray([...tokenScopes], { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(ids, scopes, fc.integer({ min: 60, max: 1440 }), async (id, wanted, minutes) => {
      service.script(token)
      await client.getToken({ communicationUserId: id }, wanted, { tokenExpiresInMinutes: minutes })
      const [seen] = service.seen
      if (!seen) throw new Error('Nothing was sent')
      const headers = new Headers(seen.headers as Record<string, string>)
      const body = new TextEncoder().encode(seen.body)
      const verdict = await verifySignedRequest(
        { method: seen.method, target: seen.url, headers, body },
        { keys: [key] },
      )
      expect(verdict).toMatchObject({ ok: true })
      const segment = /^\/identities\/([^/]+)\/:issueAccessToken\?api-version=[\d-]+$/.exec(seen.url)?.[1]
      expect(decodeURIComponent(segment ?? '')).toBe(id)
      expect(JSON.parse(seen.body)).toEqual({ scopes: wanted, expiresInMinutes: minutes })
    }),
    { numRuns: 200 },
  )
})

test('two subjects have one key only when they are one', () => {
  const subject = fc.record({ issuer: text, subject: text })
  fc.assert(
    fc.property(subject, subject, (a, b) => {
      const isOne = a.issuer === b.issuer && a.subject === b.subject
      expect(subjectId(a) === subjectId(b)).toBe(isOne)
      expect(subjectId(a)).toMatch(/^[A-Za-z0-9_-]{43}$/)
    }),
    { numRuns: 1000 },
  )
  // Issuer and subject do not run together.
  expect(subjectId({ issuer: 'ab', subject: 'c' })).not.toBe(subjectId({ issuer: 'a', subject: 'bc' }))
})
