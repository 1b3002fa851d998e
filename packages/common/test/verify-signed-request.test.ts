import { createHeaderSigner, verifySignedRequest } from '@latchkey/common'
import { createManualClock } from '@latchkey/common/testing'
import { expect, test } from 'vitest'

const key = Buffer.from('a key only this test knows').toString('base64')
const other = Buffer.from('another key').toString('base64')
const nowMs = Date.UTC(2026, 10, 21, 20, 0, 0)
const body = new TextEncoder().encode('{"scopes":["chat"]}')
const target = '/identities/8%3Aacs%3Aa_b/:issueAccessToken?api-version=2023-10-01&x'

interface Sent {
  method: string
  target: string
  headers: Map<string, string>
  body: Uint8Array<ArrayBuffer>
}

async function send(): Promise<Sent> {
  const sign = createHeaderSigner(key, { clock: createManualClock(nowMs) })
  const headers = await sign({ method: 'POST', url: `http://127.0.0.1:4282${target}`, body })
  return { method: 'POST', target, headers: new Map(Object.entries(headers)), body }
}

async function judge(change: (sent: Sent) => void, atMs = nowMs): Promise<string> {
  const sent = await send()
  change(sent)
  const verdict = await verifySignedRequest(sent, { keys: [key], clock: createManualClock(atMs) })
  return verdict.ok ? 'ok' : verdict.reason
}

function flip(text: string, at: number): string {
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1)
}

test('accepts what was signed, and says when and by which key', async () => {
  const sent = await send()
  const options = { keys: [other, key], clock: createManualClock(nowMs) }
  expect(await verifySignedRequest(sent, options)).toEqual({
    ok: true,
    keyIndex: 1,
    signedOn: new Date(nowMs),
  })
  expect(await verifySignedRequest(sent, { ...options, keys: [other] })).toEqual({
    ok: false,
    reason: 'ERR_SIGNATURE_MISMATCH',
  })
  expect(await verifySignedRequest(sent, { ...options, keys: [] })).toMatchObject({ ok: false })
})

test('takes a date up to 15 minutes away, both ways', async () => {
  const unchanged = (): void => undefined
  expect(await judge(unchanged, nowMs + 900_000)).toBe('ok')
  expect(await judge(unchanged, nowMs - 900_000)).toBe('ok')
  expect(await judge(unchanged, nowMs + 900_001)).toBe('ERR_SIGNATURE_DATE')
  expect(await judge(unchanged, nowMs - 900_001)).toBe('ERR_SIGNATURE_DATE')
})

test('refuses a flipped bit in every place of every signed part', async () => {
  const sent = await send()
  for (const name of ['x-ms-date', 'host', 'x-ms-content-sha256', 'authorization']) {
    const value = sent.headers.get(name) ?? ''
    for (let at = 0; at < value.length; at += 1) {
      const verdict = await judge((copy) => copy.headers.set(name, flip(value, at)))
      expect(verdict, `${name} at ${at}`).toMatch(/^ERR_SIGNATURE_(MISMATCH|MALFORMED|MISSING)$/)
    }
  }
  for (let at = 0; at < target.length; at += 1) {
    expect(await judge((copy) => Object.assign(copy, { target: flip(target, at) }))).toBe(
      'ERR_SIGNATURE_MISMATCH',
    )
  }
  for (let at = 0; at < body.length; at += 1) {
    const changed = body.slice()
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(await judge((copy) => Object.assign(copy, { body: changed }))).toBe('ERR_SIGNATURE_CONTENT')
  }
  expect(await judge((copy) => Object.assign(copy, { method: 'PUT' }))).toBe('ERR_SIGNATURE_MISMATCH')
  expect(await judge((copy) => Object.assign(copy, { body: new Uint8Array() }))).toBe('ERR_SIGNATURE_CONTENT')
})

test.for(['x-ms-date', 'host', 'x-ms-content-sha256'])('refuses a request without %s', async (name) => {
  expect(await judge((sent) => sent.headers.delete(name))).toBe('ERR_SIGNATURE_MALFORMED')
})

test.for([
  ['', 'ERR_SIGNATURE_MISSING'],
  ['Bearer abc', 'ERR_SIGNATURE_MISSING'],
  ['HMAC-SHA256 ', 'ERR_SIGNATURE_MALFORMED'],
  ['HMAC-SHA256 SignedHeaders=host&Signature=', 'ERR_SIGNATURE_MALFORMED'],
  [
    `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${'A'.repeat(44)}`,
    'ERR_SIGNATURE_MALFORMED',
  ],
  [
    `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${'A'.repeat(43)}=`,
    'ERR_SIGNATURE_MISMATCH',
  ],
  [`HMAC-SHA256 ${'x'.repeat(1_000_000)}`, 'ERR_SIGNATURE_MALFORMED'],
] as const)('judges the authorization %.60s', async ([authorization, reason]) => {
  expect(await judge((sent) => sent.headers.set('authorization', authorization))).toBe(reason)
})

test.for([
  '2026-11-21T20:00:00Z',
  'Sat, 21 Nov 2026 20:00:00 GMT, Sat, 21 Nov 2026 20:00:00 GMT',
  'Fri, 21 Nov 2026 20:00:00 GMT',
  'Sat, 31 Feb 2026 20:00:00 GMT',
  'Sat, 21 Nov 2026 20:00:00 UTC',
])('refuses the date %s', async (date) => {
  expect(await judge((sent) => sent.headers.set('x-ms-date', date))).toBe('ERR_SIGNATURE_MALFORMED')
})

test('a key that is not one is the server’s own fault', async () => {
  await expect(verifySignedRequest(await send(), { keys: ['not base64'] })).rejects.toMatchObject({
    code: 'ERR_ACCESS_KEY',
  })
})
