/**
 * A signature is as old as its date says, by the account's clock or by the machine's, and 15 minutes at most.
 */

import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createCosmosService } from '../../src/cosmos/cosmos-service.ts'
import { createTestHost } from '../../src/host/test-host.ts'

const minute = 60_000
// Far from the machine's clock, so that only one of the two can be what lets a date pass.
const accountMs = Date.now() + 1_000 * 24 * 60 * minute

/** The status of a request signed by hand with a date. */
async function statusFor(dateMs: number, header = 'x-ms-date'): Promise<number> {
  const clock = { now: () => accountMs, schedule: () => () => undefined }
  const host = createTestHost({ clock })
  const service = createCosmosService(host)
  const date = new Date(dateMs).toUTCString()
  const signature = createHmac('sha256', Buffer.from(host.keys.key('cosmos'), 'base64'))
    .update(`get\ndbs\n\n${date.toLowerCase()}\n\n`)
    .digest('base64')
  const authorization = encodeURIComponent(`type=master&ver=1.0&sig=${signature}`)
  const headers = { authorization, [header]: date, 'x-ms-version': '2020-07-15' }
  const request = new Request('http://127.0.0.1:4283/dbs', { headers })
  const { status } = await service.fetch(request, { target: '/dbs' })
  host.close()
  return status
}

describe.for([
  ["the account's clock", (): number => accountMs],
  ["the machine's clock", (): number => Date.now()],
] as const)('by %s', ([, now]) => {
  test.for([
    [-16, 403],
    [-14, 200],
    [0, 200],
    [14, 200],
    [16, 403],
  ] as const)('a date %d minutes away: %d', async ([minutes, status]) => {
    expect(await statusFor(now() + minutes * minute)).toBe(status)
  })
})

test('a date between both clocks is refused, as is none', async () => {
  expect(await statusFor((accountMs + Date.now()) / 2)).toBe(403)
  expect(await statusFor(Number.NaN)).toBe(403)
})

test('the boundary is 15 minutes to the second', async () => {
  const whole = accountMs - (accountMs % 1_000)
  const limit = 15 * minute
  expect(await statusFor(whole + limit)).toBe(200)
  expect(await statusFor(whole + limit + 1_000)).toBe(403)
  expect(await statusFor(whole - limit + 1_000)).toBe(200)
  expect(await statusFor(whole - limit - 1_000)).toBe(403)
})
