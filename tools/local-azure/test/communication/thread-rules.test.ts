import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Answer, type InProcess, startInProcess, type User } from './in-process.ts'

let acs: InProcess
let owner: User
let path = ''
beforeEach(async () => {
  acs = startInProcess()
  owner = await acs.createUser('chat')
  const made = await as(owner, 'POST /chat/threads', { topic: 'Topic' })
  path = `/chat/threads/${encodeURIComponent((made.body['chatThread'] as { id: string }).id)}`
})
afterEach(() => acs.close())

function as({ token }: User, line: string, body?: object): Promise<Answer> {
  return acs.call(line, { token, ...(body ? { body } : {}) })
}

async function createIds(count: number): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: count }, () => acs.call('POST /identities')))
  return answers.map(({ body }) => (body['identity'] as { id: string }).id)
}

function add(ids: readonly string[]): Promise<Answer> {
  const participants = ids.map((id) => ({ communicationIdentifier: { communicationUser: { id } } }))
  return as(owner, `POST ${path}/participants/:add`, { participants })
}

async function send(content: string): Promise<string> {
  return String((await as(owner, `POST ${path}/messages`, { content })).body['id'])
}

async function list(what: string): Promise<Record<string, unknown>[]> {
  return (await as(owner, `GET ${path}/${what}`)).body['value'] as Record<string, unknown>[]
}

test('a thread has at most 250 participants', async () => {
  const ids = await createIds(250)
  expect(await add(ids.slice(0, 200))).toMatchObject({ status: 201 })
  expect(await add(ids.slice(200, 250))).toMatchObject({
    status: 400,
    body: { error: { target: 'participants' } },
  })
  expect(await add(ids.slice(200, 249))).toMatchObject({ status: 201 })
  expect(await add(ids.slice(249))).toMatchObject({ status: 400 })
  // Naming somebody again takes no place.
  expect(await add(ids.slice(0, 200))).toMatchObject({ status: 201 })
})

test('receipts and typing end at more than 20 participants', async () => {
  const chatMessageId = await send('Read me')
  const [last = '', ...others] = await createIds(20)
  await add(others)
  expect(await as(owner, `POST ${path}/typing`, {})).toMatchObject({ status: 200 })
  expect(await as(owner, `POST ${path}/readReceipts`, { chatMessageId })).toMatchObject({ status: 200 })
  await add([last])
  expect(await as(owner, `POST ${path}/typing`, {})).toMatchObject({ status: 403 })
  expect(await as(owner, `POST ${path}/readReceipts`, { chatMessageId })).toMatchObject({ status: 403 })
  expect(await as(owner, `GET ${path}/readReceipts`)).toMatchObject({ status: 403 })
})

test('a receipt never goes back', async () => {
  const [first, second] = [await send('one'), await send('two')]
  await as(owner, `POST ${path}/readReceipts`, { chatMessageId: second })
  await as(owner, `POST ${path}/readReceipts`, { chatMessageId: first })
  expect((await list('readReceipts')).map(({ chatMessageId }) => chatMessageId)).toEqual([second])
})

test('a deleted user leaves every thread, a removed one its receipts', async () => {
  const [bob, carol] = [await acs.createUser('chat'), await acs.createUser('chat')]
  await add([bob.id, carol.id])
  const chatMessageId = await send('Read me')
  await as(carol, `POST ${path}/readReceipts`, { chatMessageId })
  await acs.call(`DELETE /identities/${encodeURIComponent(bob.id)}`)
  await as(owner, `POST ${path}/participants/:remove`, { communicationUser: { id: carol.id } })
  const left = (await list('participants')).map(
    ({ communicationIdentifier }) => (communicationIdentifier as { rawId: string }).rawId,
  )
  expect(left).toEqual([owner.id])
  expect(await list('readReceipts')).toEqual([])
})

test('who comes back sees what the new invitation shows', async () => {
  const bob = await acs.createUser('chat')
  await add([bob.id])
  await send('before')
  await as(owner, `POST ${path}/participants/:remove`, { communicationUser: { id: bob.id } })
  acs.host.clock.advanceSeconds(60)
  await send('between')
  acs.host.clock.advanceSeconds(60)
  const shareHistoryTime = new Date(acs.host.clock.now()).toISOString()
  const invited = { communicationIdentifier: { communicationUser: { id: bob.id } }, shareHistoryTime }
  await as(owner, `POST ${path}/participants/:add`, { participants: [invited] })
  await send('after')
  const { body } = await as(bob, `GET ${path}/messages`)
  const texts = (body['value'] as { content: { message?: string } }[]).flatMap(
    ({ content }) => content.message ?? [],
  )
  expect(texts).toEqual(['after'])
  expect(await as(bob, `POST ${path}/messages`, { content: 'Hello' })).toMatchObject({ status: 201 })
})
