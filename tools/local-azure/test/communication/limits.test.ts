import { afterEach, describe, expect, test } from 'vitest'
import { type Attempt, type InProcess, startInProcess } from './in-process.ts'

let acs: InProcess
afterEach(() => acs.close())

/** On a clock that only a test moves, so that a slow machine ends no window. */
function startLimited(): InProcess {
  const startedMs = Date.now()
  return startInProcess({
    throttling: true,
    clock: { now: () => startedMs, schedule: () => () => undefined },
  })
}

/** How many of the requests are let through before the first 429. */
async function countUntilLimit(line: string, attempt: Attempt, most: number): Promise<number> {
  for (let sent = 0; sent <= most; sent += 1) {
    const { body, headers, status } = await acs.call(line, attempt)
    if (status !== 429) continue
    expect(body.error).toEqual({ code: 'TooManyRequests', message: 'Rate limit exceeded.' })
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    return sent
  }
  return most
}

describe('identity limits in 30 seconds', () => {
  const unknown = 'POST /identities/8%3Aacs%3Ax_y'
  const scopes = ['chat']
  const guid = '11111111-1111-1111-1111-111111111111'
  // https://learn.microsoft.com/azure/communication-services/concepts/service-limits#identity
  const limits: readonly (readonly [string, string, Attempt, number])[] = [
    ['creating', 'POST /identities', {}, 1_000],
    ['creating with a token', 'POST /identities', { body: { createTokenWithScopes: scopes } }, 1_000],
    ['issuing', `${unknown}/:issueAccessToken`, { body: { scopes } }, 1_000],
    ['revoking', `${unknown}/:revokeAccessTokens`, {}, 500],
    ['deleting', 'DELETE /identities/8%3Aacs%3Ax_y', {}, 500],
    [
      'exchanging',
      'POST /teamsUser/:exchangeAccessToken',
      { body: { token: 't', appId: guid, userId: guid } },
      500,
    ],
  ]

  test.for(limits)('%s: then 429 until the window ends', async ([, line, attempt, limit]) => {
    acs = startLimited()
    expect(await countUntilLimit(line, attempt, limit + 1)).toBe(limit)
    const { headers } = await acs.call(line, attempt)
    expect(headers.get('retry-after')).toBe('30')
    acs.host.clock.advanceSeconds(29)
    expect((await acs.call(line, attempt)).headers.get('retry-after')).toBe('1')
    acs.host.clock.advanceSeconds(1)
    expect((await acs.call(line, attempt)).status).not.toBe(429)
  })

  test('are lifted by throttling: false', async () => {
    acs = startInProcess({ throttling: false })
    expect(await countUntilLimit(`${unknown}/:revokeAccessTokens`, {}, 600)).toBe(600)
  })
})

describe('chat limits', () => {
  // https://learn.microsoft.com/azure/communication-services/concepts/service-limits#chat
  const limits: readonly (readonly [string, object | undefined, number])[] = [
    ['POST /chat/threads', { topic: 'x' }, 10],
    ['GET /chat/threads', undefined, 50],
    ['PATCH /chat/threads/{thread}', { topic: 'x' }, 5],
    ['POST /chat/threads/{thread}/participants/:add', { participants: [] }, 10],
    ['GET /chat/threads/{thread}/participants', undefined, 10],
    ['POST /chat/threads/{thread}/messages', { content: 'x' }, 10],
    ['GET /chat/threads/{thread}/messages', undefined, 50],
    ['GET /chat/threads/{thread}/readReceipts', undefined, 5],
    ['POST /chat/threads/{thread}/typing', {}, 5],
  ]

  test.for(limits)('%s', async ([line, body, limit]) => {
    acs = startLimited()
    const { token } = await acs.createUser('chat')
    const made = await acs.call('POST /chat/threads', { token, body: { topic: 'Topic' } })
    const thread = encodeURIComponent((made.body['chatThread'] as { id: string }).id)
    acs.host.clock.advanceSeconds(10)
    const attempt = { token, ...(body ? { body } : {}) }
    expect(await countUntilLimit(line.replace('{thread}', thread), attempt, limit + 1)).toBe(limit)
    acs.host.clock.advanceSeconds(60)
    expect((await acs.call(line.replace('{thread}', thread), attempt)).status).not.toBe(429)
  })

  test('hold over a minute, too', async () => {
    acs = startLimited()
    const { token } = await acs.createUser('chat')
    const made = await acs.call('POST /chat/threads', { token, body: { topic: 'Topic' } })
    const thread = encodeURIComponent((made.body['chatThread'] as { id: string }).id)
    const send = (): Promise<{ status: number }> =>
      acs.call(`POST /chat/threads/${thread}/messages`, { token, body: { content: 'x' } })
    const statuses: number[] = []
    for (let window = 0; window < 4; window += 1) {
      for (let sent = 0; sent < 10; sent += 1) statuses.push((await send()).status)
      acs.host.clock.advanceSeconds(10)
    }
    expect(statuses.filter((status) => status === 201).length).toBe(30)
    expect(statuses.slice(30)).toEqual(Array.from({ length: 10 }, () => 429))
  })
})
