/**
 * What somebody sees of a thread after being removed from it: all there was until then, as it was then.
 */

import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Answer, type InProcess, startInProcess, type User } from './in-process.ts'

interface SeenMessage {
  readonly id: string
  readonly type: string
  readonly content: { readonly message?: string }
  readonly editedOn?: string
  readonly deletedOn?: string
}

let acs: InProcess
let owner: User
let bob: User
let carol: User
let path = ''
beforeEach(async () => {
  acs = startInProcess()
  owner = await acs.createUser('chat')
  bob = await acs.createUser('chat')
  carol = await acs.createUser('chat')
  const made = await as(owner, 'POST /chat/threads', { topic: 'Before' })
  path = `/chat/threads/${encodeURIComponent((made.body['chatThread'] as { id: string }).id)}`
  await add(bob, carol)
})
afterEach(() => acs.close())

function as({ token }: User, line: string, body?: object): Promise<Answer> {
  return acs.call(line, { token, ...(body ? { body } : {}) })
}

function add(...users: readonly User[]): Promise<Answer> {
  const participants = users.map(({ id }) => ({ communicationIdentifier: { communicationUser: { id } } }))
  return as(owner, `POST ${path}/participants/:add`, { participants })
}

function remove({ id }: User): Promise<Answer> {
  return as(owner, `POST ${path}/participants/:remove`, { communicationUser: { id } })
}

async function send(content: string): Promise<string> {
  return String((await as(owner, `POST ${path}/messages`, { content })).body['id'])
}

function edit(id: string, content: string): Promise<Answer> {
  return as(owner, `PATCH ${path}/messages/${id}`, { content })
}

/** The messages somebody finds, in pages of two, as what they say or of what kind they are. */
async function messagesOf(user: User): Promise<readonly SeenMessage[]> {
  const found: SeenMessage[] = []
  const first = `${path}/messages?maxPageSize=2&api-version=2025-03-15`
  for (let line: string | undefined = `GET ${first}`; line !== undefined; ) {
    const { body }: Answer = await acs.call(line, { token: user.token, version: '' })
    found.push(...(body['value'] as SeenMessage[]))
    const next = body['nextLink']
    line = typeof next === 'string' ? `GET ${next.slice(new URL(next).origin.length)}` : undefined
  }
  return found
}

const textsOf = async (user: User): Promise<readonly string[]> =>
  (await messagesOf(user)).map(({ content, type }) => content.message ?? type)

const started = ['participantAdded', 'topicUpdated', 'participantAdded'].toReversed()

test('edits, deletions and messages of later are not shown; what was there still is', async () => {
  const [kept, edited, deleted] = [await send('kept'), await send('edited'), await send('deleted')]
  await remove(bob)
  const atRemoval = ['participantRemoved', 'deleted', 'edited', 'kept', ...started]
  expect(await textsOf(bob)).toEqual(atRemoval)
  await edit(edited, 'edited once')
  await edit(edited, 'edited twice')
  await as(owner, `DELETE ${path}/messages/${deleted}`)
  const later = await send('later')
  const seen = await messagesOf(bob)
  expect(seen.map(({ content, type }) => content.message ?? type)).toEqual(atRemoval)
  expect(seen.every((message) => message.editedOn === undefined && message.deletedOn === undefined)).toBe(
    true,
  )
  const one = async (user: User, id: string): Promise<unknown> =>
    (await as(user, `GET ${path}/messages/${id}`)).body
  expect(await one(bob, edited)).toEqual(seen.find(({ id }) => id === edited))
  expect(await one(bob, deleted)).toMatchObject({ content: { message: 'deleted' } })
  expect(await one(bob, kept)).toMatchObject({ content: { message: 'kept' } })
  expect(await as(bob, `GET ${path}/messages/${later}`)).toMatchObject({ status: 404 })
  // Whoever is still there sees the present.
  expect(await one(carol, edited)).toMatchObject({ content: { message: 'edited twice' } })
  expect((await textsOf(carol)).toSorted()).toEqual(
    ['', 'edited twice', 'kept', 'later', 'participantRemoved', ...started].toSorted(),
  )
})

test('each sees the version of their own last moment', async () => {
  const id = await send('one')
  await remove(bob)
  await edit(id, 'two')
  await remove(carol)
  await edit(id, 'three')
  expect(await textsOf(bob)).toEqual(['participantRemoved', 'one', ...started])
  expect(await textsOf(carol)).toEqual(['participantRemoved', 'two', 'participantRemoved', ...started])
})

test('the list of threads shows the last topic and message there were, until a new invitation', async () => {
  const itemOf = async (user: User): Promise<unknown> => {
    const { body } = await as(user, 'GET /chat/threads')
    return (body['value'] as unknown[])[0]
  }
  await as(owner, `PATCH ${path}`, { topic: 'Then' })
  await remove(bob)
  const then = await itemOf(bob)
  expect(then).toMatchObject({ topic: 'Then' })
  acs.host.clock.advanceSeconds(60)
  await as(owner, `PATCH ${path}`, { topic: 'Later' })
  await send('later')
  expect(await itemOf(bob)).toEqual(then)
  expect(await itemOf(owner)).toMatchObject({ topic: 'Later' })
  const since = new Date(acs.host.clock.now()).toISOString()
  expect((await as(bob, `GET /chat/threads?startTime=${since}`)).body['value']).toEqual([])
  await add(bob)
  expect(await itemOf(bob)).toEqual(await itemOf(owner))
  expect(await textsOf(bob)).toContain('later')
})
