import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type InProcess, startInProcess, type User } from './in-process.ts'

let acs: InProcess
let user: User
let thread = ''
beforeAll(async () => {
  acs = startInProcess()
  user = await acs.createUser('chat')
  const made = await acs.call('POST /chat/threads', { token: user.token, body: { topic: 'Topic' } })
  thread = encodeURIComponent((made.body['chatThread'] as { id: string }).id)
})
afterAll(() => acs.close())

const lines = [
  'POST /identities',
  'POST /identities/{user}/:issueAccessToken',
  'POST /teamsUser/:exchangeAccessToken',
  'POST /chat/threads',
  'PATCH /chat/threads/{thread}',
  'POST /chat/threads/{thread}/participants/:add',
  'POST /chat/threads/{thread}/participants/:remove',
  'POST /chat/threads/{thread}/messages',
  'POST /chat/threads/{thread}/readReceipts',
  'POST /chat/threads/{thread}/typing',
  'POST /registrar/v3/registrations',
]
const names = [
  'topic',
  'content',
  'type',
  'metadata',
  'participants',
  'communicationIdentifier',
  'rawId',
  'scopes',
]
  .concat([
    'createTokenWithScopes',
    'expiresInMinutes',
    'retentionPolicy',
    'kind',
    'chatMessageId',
    'transports',
  ])
  .concat([
    'TROUTER',
    'displayName',
    'shareHistoryTime',
    'communicationUser',
    'phoneNumber',
    'id',
    'value',
    '__proto__',
  ])

// Bodies with the names the service knows and values it does not expect.
const { body } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      null,
      true,
      0,
      -1,
      1e308,
      '',
      'chat',
      'text',
      '8:acs:x',
      '4:+1',
      'none',
      '\u0000',
      '\ud800',
    ),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('body'),
  ),
  body: fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 6 }),
}))

test('no body brings the service down', async () => {
  const request = fc.record({ line: fc.constantFrom(...lines), body, asUser: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(request, async ({ asUser, body: sent, line }) => {
      const path = line.replace('{thread}', thread).replace('{user}', encodeURIComponent(user.id))
      const { body: answer, status } = await acs.call(path, {
        body: sent,
        ...(asUser ? { token: user.token } : {}),
      })
      expect(status).toBeLessThan(500)
      if (status >= 400)
        expect(answer.error).toMatchObject({ code: expect.any(String), message: expect.any(String) })
    }),
    { numRuns: 1_000 },
  )
})

test('no path and no query brings the service down', async () => {
  const segment = fc.oneof(
    fc.constantFrom(
      'identities',
      'chat',
      'threads',
      'messages',
      ':add',
      '%',
      '%00',
      '%ff',
      '..',
      '',
      'socket.io',
      '1',
    ),
    fc.string().map(encodeURIComponent),
  )
  const query = fc.array(
    fc.tuple(fc.constantFrom('maxPageSize', 'skip', 'syncState', 'startTime', 'ccid'), fc.string()),
  )
  const method = fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE')
  const request = fc.record({
    method,
    segments: fc.array(segment, { maxLength: 6 }),
    query,
    asUser: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(request, async ({ asUser, method: verb, query: pairs, segments }) => {
      const path = `/${segments.join('/')}?${new URLSearchParams(pairs)}`
      const { status } = await acs.call(`${verb} ${path}`, asUser ? { token: user.token } : {})
      expect(status).toBeLessThan(500)
    }),
    { numRuns: 1_000 },
  )
})
