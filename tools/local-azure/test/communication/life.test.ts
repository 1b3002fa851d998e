import { afterEach, describe, expect, test } from 'vitest'
import { type Answer, type InProcess, startInProcess, type User } from './in-process.ts'

const running: InProcess[] = []
afterEach(async () => {
  for (const acs of running.splice(0)) await acs.close()
})

function start(...given: Parameters<typeof startInProcess>): InProcess {
  const acs = startInProcess(...given)
  running.push(acs)
  return acs
}

async function createThread(acs: InProcess, { token }: User, body: object = {}): Promise<string> {
  const answer = await acs.call('POST /chat/threads', { token, body: { topic: 'Topic', ...body } })
  return encodeURIComponent((answer.body['chatThread'] as { id: string }).id)
}

function withUser({ id }: User, more: object = {}): object {
  return { participants: [{ communicationIdentifier: { communicationUser: { id } }, ...more }] }
}

function itemsOf(answer: Answer): Record<string, unknown>[] {
  return answer.body['value'] as Record<string, unknown>[]
}

describe('time', () => {
  test('ends tokens by the control clock, to the second', async () => {
    const acs = start()
    const { id } = await acs.createUser('chat')
    const body = { scopes: ['chat'], expiresInMinutes: 60 }
    const path = `POST /identities/${encodeURIComponent(id)}/:issueAccessToken`
    const token = String((await acs.call(path, { body })).body['token'])
    acs.host.clock.advanceSeconds(3_598)
    expect(await acs.call('GET /chat/threads', { token })).toMatchObject({ status: 200 })
    acs.host.clock.advanceSeconds(3)
    expect(await acs.call('GET /chat/threads', { token })).toMatchObject({ status: 401 })
  })

  test('deletes threads whose retention has run out', async () => {
    const acs = start()
    const { id } = await acs.createUser('chat')
    const fresh = async (): Promise<User> => {
      const path = `POST /identities/${encodeURIComponent(id)}/:issueAccessToken`
      return { id, token: String((await acs.call(path, { body: { scopes: ['chat'] } })).body['token']) }
    }
    const retentionPolicy = { kind: 'threadCreationDate', deleteThreadAfterDays: 30 }
    const brief = await createThread(acs, await fresh(), { retentionPolicy })
    const lasting = await createThread(acs, await fresh())
    const status = async (thread: string): Promise<number> =>
      (await acs.call(`GET /chat/threads/${thread}`, { token: (await fresh()).token })).status
    acs.host.clock.advanceSeconds(30 * 86_400 - 60)
    expect([await status(brief), await status(lasting)]).toEqual([200, 200])
    acs.host.clock.advanceSeconds(61)
    expect([await status(brief), await status(lasting)]).toEqual([404, 200])
  })
})

describe('scopes of a token', () => {
  const thread = '/chat/threads/{thread}'
  const answers: Readonly<Record<number, string>> = { 200: 'yes', 201: 'yes', 403: 'no' }
  const rows: readonly (readonly [string, object | undefined, string, string, string])[] = [
    // operation, body, and whether chat.join, chat.join.limited and voip may
    ['POST /chat/threads', { topic: 'x' }, 'no', 'no', 'no'],
    [`PATCH ${thread}`, { topic: 'x' }, 'no', 'no', 'no'],
    [`POST ${thread}/participants/:add`, { participants: [] }, 'yes', 'no', 'no'],
    [`POST ${thread}/messages`, { content: 'x' }, 'yes', 'yes', 'no'],
    [`GET ${thread}/messages`, undefined, 'yes', 'yes', 'no'],
    [`GET ${thread}`, undefined, 'yes', 'yes', 'no'],
    ['GET /chat/threads', undefined, 'yes', 'yes', 'no'],
    [`POST ${thread}/typing`, {}, 'yes', 'yes', 'no'],
    [`DELETE ${thread}`, undefined, 'no', 'no', 'no'],
  ]

  test.for(rows)('for %s', async ([line, body, ...may]) => {
    const acs = start()
    const owner = await acs.createUser('chat')
    const seen: (number | string)[] = []
    for (const scope of ['chat.join', 'chat.join.limited', 'voip']) {
      const user = await acs.createUser(scope)
      const id = await createThread(acs, owner, withUser(user))
      const attempt = { token: user.token, ...(body ? { body } : {}) }
      seen.push(answers[(await acs.call(line.replace('{thread}', id), attempt)).status] ?? 'neither')
    }
    expect(seen).toEqual(may)
  })
})

describe('history', () => {
  test('is shown from the instant a participant is given, and all of it without one', async () => {
    const acs = start()
    const [owner, late, partly, wholly] = [
      await acs.createUser('chat'),
      await acs.createUser('chat'),
      await acs.createUser('chat'),
      await acs.createUser('chat'),
    ]
    const thread = await createThread(acs, owner)
    const send = (content: string): Promise<Answer> =>
      acs.call(`POST /chat/threads/${thread}/messages`, { token: owner.token, body: { content } })
    await send('first')
    acs.host.clock.advanceSeconds(60)
    const half = new Date(acs.host.clock.now()).toISOString()
    await send('second')
    acs.host.clock.advanceSeconds(60)
    const add = (user: User, more: object): Promise<Answer> =>
      acs.call(`POST /chat/threads/${thread}/participants/:add`, {
        token: owner.token,
        body: withUser(user, more),
      })
    await add(late, { shareHistoryTime: new Date(acs.host.clock.now()).toISOString() })
    await add(partly, { shareHistoryTime: half })
    await add(wholly, {})
    const texts = async ({ token }: User): Promise<unknown[]> =>
      itemsOf(await acs.call(`GET /chat/threads/${thread}/messages`, { token }))
        .filter(({ type }) => type === 'text')
        .map(({ content }) => (content as { message: string }).message)
    expect([await texts(late), await texts(partly), await texts(wholly)]).toEqual([
      [],
      ['second'],
      ['second', 'first'],
    ])
  })
})

test('no token is kept on disk', async () => {
  const acs = start()
  const { token } = await acs.createUser('chat')
  const tables = acs.host.database.all("SELECT name FROM sqlite_master WHERE type = 'table'")
  const dump = tables.flatMap(({ name }) => acs.host.database.all(`SELECT * FROM ${String(name)}`))
  const [, claims = '', signature = ''] = token.split('.')
  const text = JSON.stringify(dump)
  expect(text).not.toContain(signature)
  expect(text).not.toContain(claims)
  expect(acs.host.tokens.list()[0]).toMatchObject({ service: 'communication', grants: ['chat'], token })
})

test('a reset forgets everything', async () => {
  const acs = start()
  const user = await acs.createUser('chat')
  await createThread(acs, user)
  await acs.service.reset()
  expect(await acs.call('GET /chat/threads', { token: user.token })).toMatchObject({ status: 401 })
  expect(acs.service.overview?.().map(({ rows }) => rows)).toEqual([[], [], []])
})

test('custom ids name one user for ever', async () => {
  const acs = start()
  const create = (customId: string): Promise<Answer> =>
    acs.call('POST /identities', { version: '2025-04-01-preview', body: { customId } })
  const [first, again, other] = [await create('alice'), await create('alice'), await create('bob')]
  expect([first.status, again.status, other.status]).toEqual([201, 200, 201])
  expect(again.body['identity']).toEqual(first.body['identity'])
  expect(other.body['identity']).not.toEqual(first.body['identity'])
  const id = encodeURIComponent((first.body['identity'] as { id: string }).id)
  const issue = `POST /identities/${id}/:issueAccessToken`
  await acs.call(issue, { body: { scopes: ['voip'] } })
  const details = await acs.call(`GET /identities/${id}`, { version: '2025-04-01-preview' })
  expect(details.body).toMatchObject({
    customId: 'alice',
    lastTokenIssuedAt: expect.stringMatching(/\.\d{7}\+00:00$/),
  })
  await acs.call(`DELETE /identities/${id}`)
  expect((await create('alice')).status).toBe(201)
  // Stable versions do not know them, before that preview and after it.
  for (const version of ['2023-10-01', '2025-06-30', '2026-09-23']) {
    const plain = await acs.call('POST /identities', { version, body: { customId: 'bob' } })
    expect(plain.status).toBe(201)
    expect(plain.body['identity']).not.toEqual(other.body['identity'])
  }
})
