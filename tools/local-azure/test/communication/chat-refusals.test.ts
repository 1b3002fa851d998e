import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Attempt, type InProcess, startInProcess, type User } from './in-process.ts'

let acs: InProcess
let alice: User
let mallory: User
let thread = ''
let message = ''
beforeAll(async () => {
  acs = startInProcess()
  alice = await acs.createUser('chat')
  mallory = await acs.createUser('chat')
  thread = await createThread(alice)
  const path = `POST /chat/threads/${thread}/messages`
  message = String((await acs.call(path, { token: alice.token, body: { content: 'Hi' } })).body['id'])
})
afterAll(() => acs.close())

async function createThread({ token }: User, participants: readonly object[] = []): Promise<string> {
  const { body } = await acs.call('POST /chat/threads', { token, body: { topic: 'Topic', participants } })
  return encodeURIComponent((body['chatThread'] as { id: string }).id)
}

const nowhere = encodeURIComponent('19:acsV1_nowhere@thread.v2')
const user = { communicationUser: { id: '8:acs:x' } }
const topic = 'Topic'

type Refusal = readonly [
  name: string,
  line: string,
  body: unknown,
  status: number,
  code: string,
  target?: string,
]

const refusals: readonly Refusal[] = [
  ['a thread without a topic', 'POST /chat/threads', {}, 400, 'BadRequest', 'topic'],
  ['a thread with an empty topic', 'POST /chat/threads', { topic: ' ' }, 400, 'BadRequest', 'topic'],
  ['a topic of 257 characters', 'POST /chat/threads', { topic: 'x'.repeat(257) }, 400, 'BadRequest', 'topic'],
  ['a topic that is no text', 'POST /chat/threads', { topic: 7 }, 400, 'BadRequest', 'topic'],
  [
    'participants that are no list',
    'POST /chat/threads',
    { topic, participants: {} },
    400,
    'BadRequest',
    'participants',
  ],
  [
    'a participant that is no object',
    'POST /chat/threads',
    { topic, participants: ['x'] },
    400,
    'BadRequest',
    'participants',
  ],
  [
    'a participant without identifier',
    'POST /chat/threads',
    { topic, participants: [{}] },
    400,
    'BadRequest',
    'communicationIdentifier',
  ],
  [
    'a participant of two kinds',
    'POST /chat/threads',
    { topic, participants: [{ communicationIdentifier: { ...user, phoneNumber: { value: '+1' } } }] },
    400,
    'BadRequest',
    'communicationIdentifier',
  ],
  [
    '201 participants at once',
    'POST /chat/threads',
    { topic, participants: Array.from({ length: 201 }, () => ({ communicationIdentifier: user })) },
    400,
    'BadRequest',
    'participants',
  ],
  [
    'a history of no instant',
    'POST /chat/threads',
    { topic, participants: [{ communicationIdentifier: user, shareHistoryTime: 'yesterday' }] },
    400,
    'BadRequest',
    'shareHistoryTime',
  ],
  [
    'metadata that is no object',
    'POST /chat/threads',
    { topic, metadata: [] },
    400,
    'BadRequest',
    'metadata',
  ],
  ['metadata of numbers', 'POST /chat/threads', { topic, metadata: { a: 1 } }, 400, 'BadRequest', 'metadata'],
  [
    'retention of an unknown kind',
    'POST /chat/threads',
    { topic, retentionPolicy: { kind: 'never' } },
    400,
    'BadRequest',
    'retentionPolicy',
  ],
  [
    'retention of 29 days',
    'POST /chat/threads',
    { topic, retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 29 } },
    400,
    'BadRequest',
    'deleteThreadAfterDays',
  ],
  [
    'retention of 91 days',
    'POST /chat/threads',
    { topic, retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 91 } },
    400,
    'BadRequest',
    'deleteThreadAfterDays',
  ],
  ['an empty new topic', 'PATCH /chat/threads/{thread}', { topic: '' }, 400, 'BadRequest', 'topic'],
  ['an unknown thread', `GET /chat/threads/${nowhere}`, undefined, 404, 'NotFound'],
  ['changing an unknown thread', `PATCH /chat/threads/${nowhere}`, { topic }, 404, 'NotFound'],
  ['deleting an unknown thread', `DELETE /chat/threads/${nowhere}`, undefined, 404, 'NotFound'],
  ['messages of an unknown thread', `GET /chat/threads/${nowhere}/messages`, undefined, 404, 'NotFound'],
  ['a message without content', 'POST /chat/threads/{thread}/messages', {}, 400, 'BadRequest', 'content'],
  [
    'a message with empty content',
    'POST /chat/threads/{thread}/messages',
    { content: '' },
    400,
    'BadRequest',
    'content',
  ],
  [
    'a message that is no text',
    'POST /chat/threads/{thread}/messages',
    { content: { a: 1 } },
    400,
    'BadRequest',
    'content',
  ],
  [
    'a message of the service’s own kind',
    'POST /chat/threads/{thread}/messages',
    { content: 'x', type: 'topicUpdated' },
    400,
    'BadRequest',
    'type',
  ],
  [
    'a message over 28 KB',
    'POST /chat/threads/{thread}/messages',
    { content: 'é'.repeat(14_337) },
    413,
    'PayloadTooLarge',
    'content',
  ],
  ['an unknown message', 'GET /chat/threads/{thread}/messages/1', undefined, 404, 'NotFound'],
  ['a message that is no number', 'GET /chat/threads/{thread}/messages/first', undefined, 404, 'NotFound'],
  [
    'changing a message of the service',
    'PATCH /chat/threads/{thread}/messages/{system}',
    { content: 'x' },
    403,
    'Forbidden',
  ],
  [
    'deleting a message of the service',
    'DELETE /chat/threads/{thread}/messages/{system}',
    undefined,
    403,
    'Forbidden',
  ],
  [
    'a page of nothing',
    'GET /chat/threads/{thread}/messages?maxPageSize=0',
    undefined,
    400,
    'BadRequest',
    'maxPageSize',
  ],
  [
    'a page of minus one',
    'GET /chat/threads/{thread}/messages?maxPageSize=-1',
    undefined,
    400,
    'BadRequest',
    'maxPageSize',
  ],
  ['a page of a half', 'GET /chat/threads?maxPageSize=1.5', undefined, 400, 'BadRequest', 'maxPageSize'],
  [
    'a made up sync state',
    'GET /chat/threads/{thread}/messages?syncState=AAAA',
    undefined,
    400,
    'BadRequest',
    'syncState',
  ],
  [
    'a sync state that is no base64',
    'GET /chat/threads?syncState=*',
    undefined,
    400,
    'BadRequest',
    'syncState',
  ],
  [
    'a start that is no instant',
    'GET /chat/threads/{thread}/messages?startTime=1',
    undefined,
    400,
    'BadRequest',
    'startTime',
  ],
  [
    'skipping backwards',
    'GET /chat/threads/{thread}/participants?skip=-1',
    undefined,
    400,
    'BadRequest',
    'skip',
  ],
  [
    'removing nobody',
    'POST /chat/threads/{thread}/participants/:remove',
    {},
    400,
    'BadRequest',
    'communicationIdentifier',
  ],
  ['removing a stranger', 'POST /chat/threads/{thread}/participants/:remove', user, 404, 'NotFound'],
  [
    'a receipt for nothing',
    'POST /chat/threads/{thread}/readReceipts',
    {},
    400,
    'BadRequest',
    'chatMessageId',
  ],
  [
    'a receipt for an unknown message',
    'POST /chat/threads/{thread}/readReceipts',
    { chatMessageId: '1' },
    404,
    'NotFound',
  ],
  [
    'a name of 257 characters',
    'POST /chat/threads/{thread}/typing',
    { senderDisplayName: 'x'.repeat(257) },
    400,
    'BadRequest',
    'senderDisplayName',
  ],
  ['a body that is no JSON', 'POST /chat/threads', '{', 400, 'BadRequest'],
  ['a method that is not there', 'PUT /chat/threads', {}, 405, 'MethodNotAllowed'],
]

describe('chat operations refuse', () => {
  test.for(refusals)('%s', async ([, line, body, status, code, target]) => {
    const listed = await acs.call(`GET /chat/threads/${thread}/messages`, { token: alice.token })
    const system = (listed.body['value'] as { id: string }[]).at(-1)?.id ?? ''
    const attempt: Attempt = { token: alice.token, ...(body === undefined ? {} : { body }) }
    const answer = await acs.call(line.replace('{thread}', thread).replace('{system}', system), attempt)
    expect(answer.status).toBe(status)
    expect(answer.body.error).toMatchObject({ code, ...(target === undefined ? {} : { target }) })
  })

  test('a patch that is no merge patch', async () => {
    const headers = { 'content-type': 'application/json' }
    const attempt = { token: alice.token, body: { topic }, headers }
    expect(await acs.call(`PATCH /chat/threads/${thread}`, attempt)).toMatchObject({ status: 415 })
  })

  test('another request under a repeatability id that was used', async () => {
    const attempt = (text: string): Attempt => ({
      token: alice.token,
      body: { topic: text },
      headers: { 'repeatability-request-id': 'used' },
    })
    const first = await acs.call('POST /chat/threads', attempt('One'))
    const again = await acs.call('POST /chat/threads', attempt('One'))
    expect(again.body).toEqual(first.body)
    expect(await acs.call('POST /chat/threads', attempt('Two'))).toMatchObject({ status: 400 })
  })
})

// Every operation, as somebody who does not take part and as nobody at all.
const operations: readonly (readonly [line: string, body?: unknown])[] = [
  ['GET /chat/threads/{thread}'],
  ['PATCH /chat/threads/{thread}', { topic: 'Mine' }],
  ['DELETE /chat/threads/{thread}'],
  ['GET /chat/threads/{thread}/participants'],
  ['POST /chat/threads/{thread}/participants/:add', { participants: [] }],
  ['POST /chat/threads/{thread}/participants/:remove', user],
  ['POST /chat/threads/{thread}/messages', { content: 'x' }],
  ['GET /chat/threads/{thread}/messages'],
  ['GET /chat/threads/{thread}/messages/{message}'],
  ['PATCH /chat/threads/{thread}/messages/{message}', { content: 'x' }],
  ['DELETE /chat/threads/{thread}/messages/{message}'],
  ['POST /chat/threads/{thread}/readReceipts', { chatMessageId: '1' }],
  ['GET /chat/threads/{thread}/readReceipts'],
  ['POST /chat/threads/{thread}/typing', {}],
]

describe.for(operations)('%s', ([line, body]) => {
  const attempt = (token: string): Attempt => ({ token, ...(body === undefined ? {} : { body }) })
  const onThread = (): string => line.replace('{thread}', thread).replace('{message}', message)

  test('is forbidden to who does not take part', async () => {
    const answer = await acs.call(onThread(), attempt(mallory.token))
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'Forbidden' } } })
  })

  test('is refused without a genuine token', async () => {
    const { token } = alice
    const [head = '', claims = '', signature = ''] = token.split('.')
    const forgedClaims = Buffer.from(claims, 'base64url').toString().replace('"chat"', '"chat,voip"')
    const forged = [
      'x',
      `${head}.${claims}.`,
      `${head}.${Buffer.from(forgedClaims).toString('base64url')}.${signature}`,
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`,
      `${token}=`,
    ]
    for (const text of forged) {
      const answer = await acs.call(onThread(), attempt(text))
      expect(answer).toMatchObject({ status: 401, body: { error: { code: 'Unauthorized' } } })
    }
    expect(await acs.call(onThread(), attempt(''))).toMatchObject({ status: 401 })
  })

  test('is refused in an unknown version', async () => {
    const answer = await acs.call(onThread(), { ...attempt(alice.token), version: '2020-01-01' })
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'UnsupportedApiVersion' } } })
  })
})

test('only who sent a message changes or deletes it', async () => {
  const bob = await acs.createUser('chat')
  const shared = await createThread(alice, [
    { communicationIdentifier: { communicationUser: { id: bob.id } } },
  ])
  const path = `/chat/threads/${shared}/messages`
  const { body } = await acs.call(`POST ${path}`, { token: alice.token, body: { content: 'Hi' } })
  const one = `${path}/${String(body['id'])}`
  const edit = await acs.call(`PATCH ${one}`, { token: bob.token, body: { content: 'x' } })
  expect(edit).toMatchObject({ status: 403, body: { error: { code: 'Forbidden' } } })
  expect(await acs.call(`DELETE ${one}`, { token: bob.token })).toMatchObject({ status: 403 })
  expect((await acs.call(`GET ${one}`, { token: bob.token })).body['content']).toEqual({ message: 'Hi' })
  await acs.call(`DELETE ${one}`, { token: alice.token })
  expect(await acs.call(`DELETE ${one}`, { token: alice.token })).toMatchObject({ status: 404 })
})
