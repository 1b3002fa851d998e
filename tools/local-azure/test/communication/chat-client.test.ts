import { ChatClient, type ChatThreadClient } from '@azure/communication-chat'
import { AzureCommunicationTokenCredential } from '@azure/communication-common'
import { CommunicationIdentityClient, type CommunicationUserToken } from '@azure/communication-identity'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalAzure, startLocalAzure } from '../../src/index.ts'
import { trustLocalAuthority } from './local-authority.ts'

interface Person extends CommunicationUserToken {
  readonly client: ChatClient
}

let azure: LocalAzure
let alice: Person
let bob: Person
beforeAll(async () => {
  azure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
  trustLocalAuthority(azure)
  alice = await createPerson()
  bob = await createPerson()
})
afterAll(() => azure.close())

async function createPerson(): Promise<Person> {
  const { connectionString, httpsEndpoint } = azure.endpoints.communication
  const identity = new CommunicationIdentityClient(connectionString)
  const person = await identity.createUserAndToken(['chat'])
  const credential = new AzureCommunicationTokenCredential(person.token)
  return { ...person, client: new ChatClient(httpsEndpoint, credential) }
}

async function startThread(topic = 'Topic'): Promise<{ thread: ChatThreadClient; threadId: string }> {
  const participants = [{ id: bob.user, displayName: 'Bob' }]
  const { chatThread } = await alice.client.createChatThread({ topic }, { participants })
  const threadId = chatThread?.id ?? ''
  return { thread: alice.client.getChatThreadClient(threadId), threadId }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('the real @azure/communication-chat, over https', () => {
  test('creates a thread, and only once for one idempotency token', async () => {
    const options = {
      idempotencyToken: 'once',
      participants: [{ id: bob.user, displayName: 'Bob', metadata: { seat: '2' } }],
      metadata: { room: '7' },
      retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 60 } as const,
    }
    const first = await alice.client.createChatThread({ topic: 'Once' }, options)
    const again = await alice.client.createChatThread({ topic: 'Once' }, options)
    expect(first.invalidParticipants).toBeUndefined()
    expect(first.chatThread).toMatchObject({
      id: expect.stringMatching(/^19:.+@thread\.v2$/),
      topic: 'Once',
      createdOn: expect.any(Date),
      createdBy: { kind: 'communicationUser', communicationUserId: alice.user.communicationUserId },
      metadata: { room: '7' },
      retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 60 },
    })
    expect(again.chatThread?.id).toBe(first.chatThread?.id)
  })

  test('says who could not be added', async () => {
    const gone = '8:acs:00000000-0000-0000-0000-000000000000_11111111-1111-1111-1111-111111111111'
    const participants = [{ id: { communicationUserId: gone } }, { id: { phoneNumber: '+15550100' } }]
    const { invalidParticipants } = await alice.client.createChatThread({ topic: 'x' }, { participants })
    expect(invalidParticipants).toEqual([
      { target: gone, code: '403', message: 'Permissions check failed' },
      { target: '4:+15550100', code: '403', message: 'Permissions check failed' },
    ])
  })

  test('lists threads, reads and changes properties, deletes', async () => {
    const { thread, threadId } = await startThread('Before')
    await thread.updateTopic('After')
    await thread.updateProperties({ metadata: { a: 'b' }, retentionPolicy: { kind: 'none' } })
    const theirs = bob.client.getChatThreadClient(threadId)
    expect(await theirs.getProperties()).toMatchObject({
      topic: 'After',
      metadata: { a: 'b' },
      retentionPolicy: { kind: 'none' },
    })
    const listed = await collect(bob.client.listChatThreads())
    expect(listed.find(({ id }) => id === threadId)).toMatchObject({
      topic: 'After',
      lastMessageReceivedOn: expect.any(Date),
    })
    await alice.client.deleteChatThread(threadId)
    await expect(theirs.getProperties()).rejects.toMatchObject({ statusCode: 404, code: 'NotFound' })
    const after = await collect(bob.client.listChatThreads())
    expect(after.find(({ id }) => id === threadId)?.deletedOn).toBeInstanceOf(Date)
  })

  test('lists, adds and removes participants', async () => {
    const { thread, threadId } = await startThread()
    const carol = await createPerson()
    const shareHistoryTime = new Date(0)
    await thread.addParticipants({
      participants: [{ id: carol.user, displayName: 'Carol', shareHistoryTime }],
    })
    const pages: string[][] = []
    for await (const page of thread.listParticipants({ maxPageSize: 2 }).byPage()) {
      pages.push(page.map(({ displayName }) => displayName ?? ''))
    }
    expect(pages).toEqual([['', 'Bob'], ['Carol']])
    const hers = carol.client.getChatThreadClient(threadId)
    expect((await collect(hers.listMessages())).length).toBe(3)
    await thread.removeParticipant(carol.user)
    await expect(hers.getProperties()).rejects.toMatchObject({ statusCode: 403, code: 'Forbidden' })
    await thread.sendMessage({ content: 'Without Carol' })
    // What there was to read until then stays readable: https://learn.microsoft.com/azure/communication-services/concepts/chat/concepts
    const left = await collect(hers.listMessages())
    expect(left.map(({ type }) => type)).toEqual([
      'participantRemoved',
      'participantAdded',
      'topicUpdated',
      'participantAdded',
    ])
    const shared = await collect(carol.client.listChatThreads())
    expect(shared.map(({ id }) => id)).toEqual([threadId])
  })

  test('sends, reads, changes and deletes messages', async () => {
    const { thread, threadId } = await startThread()
    const options = { senderDisplayName: 'Alice', type: 'html', metadata: { mood: 'good' } } as const
    const { id } = await thread.sendMessage({ content: '<b>Hi</b>' }, options)
    const theirs = bob.client.getChatThreadClient(threadId)
    expect(await theirs.getMessage(id)).toMatchObject({
      id,
      type: 'html',
      sequenceId: '3',
      version: id,
      content: { message: '<b>Hi</b>' },
      senderDisplayName: 'Alice',
      createdOn: expect.any(Date),
      sender: { communicationUserId: alice.user.communicationUserId },
      metadata: { mood: 'good' },
    })
    await thread.updateMessage(id, { content: 'Hello', metadata: { mood: 'better' } })
    const edited = await theirs.getMessage(id)
    expect(edited).toMatchObject({
      content: { message: 'Hello' },
      metadata: { mood: 'better' },
      sequenceId: '4',
    })
    expect(edited.editedOn).toBeInstanceOf(Date)
    expect(Number(edited.version)).toBeGreaterThan(Number(id))
    await thread.deleteMessage(id)
    const deleted = await theirs.getMessage(id)
    expect(deleted.deletedOn).toBeInstanceOf(Date)
    expect(deleted).toMatchObject({ content: { message: '' }, senderDisplayName: 'Alice', sequenceId: '5' })
    expect(deleted.metadata).toBeUndefined()
  })

  test('shows what the service says about a thread', async () => {
    const { thread } = await startThread('First')
    await thread.updateTopic('Second')
    await thread.removeParticipant(bob.user)
    const messages = await collect(thread.listMessages())
    expect(messages.map(({ sequenceId, type }) => [sequenceId, type])).toEqual([
      ['4', 'participantRemoved'],
      ['3', 'topicUpdated'],
      ['2', 'topicUpdated'],
      ['1', 'participantAdded'],
    ])
    expect(messages[0]?.content).toMatchObject({
      participants: [{ id: { communicationUserId: bob.user.communicationUserId }, displayName: 'Bob' }],
      initiator: { communicationUserId: alice.user.communicationUserId },
    })
    expect(messages[1]?.content?.topic).toBe('Second')
  })

  // As recorded from the real service: what changed last comes first, under a new sequence id.
  test('lists edited and deleted messages where they changed', async () => {
    const { thread } = await startThread()
    const ids: string[] = []
    for (const content of ['a', 'b', 'c']) ids.push((await thread.sendMessage({ content })).id)
    await thread.updateMessage(ids[0] ?? '', { content: 'a2' })
    await thread.deleteMessage(ids[1] ?? '')
    const messages = await collect(thread.listMessages())
    expect(messages.map(({ content, sequenceId }) => [sequenceId, content?.message])).toEqual([
      ['7', ''],
      ['6', 'a2'],
      ['5', 'c'],
      ['2', undefined],
      ['1', undefined],
    ])
  })

  test('merges metadata; an empty text removes', async () => {
    const { thread } = await startThread()
    await thread.updateProperties({ metadata: { a: '1', b: '2' } })
    await thread.updateProperties({ metadata: { b: '', c: '3' } })
    expect((await thread.getProperties()).metadata).toEqual({ a: '1', c: '3' })
  })

  test('serves ten messages to who asks for no page size', async () => {
    const { thread } = await startThread()
    for (let sent = 0; sent < 10; sent += 1) await thread.sendMessage({ content: 'x' })
    const pages = await collect(thread.listMessages().byPage())
    expect(pages.map(({ length }) => length)).toEqual([10, 2])
  })

  test('notes receipts and typing', async () => {
    const { thread, threadId } = await startThread()
    const { id: chatMessageId } = await thread.sendMessage({ content: 'Read me' })
    const theirs = bob.client.getChatThreadClient(threadId)
    await theirs.sendReadReceipt({ chatMessageId })
    await thread.sendReadReceipt({ chatMessageId })
    const receipts = await collect(thread.listReadReceipts({ maxPageSize: 1 }))
    expect(receipts.map(({ chatMessageId: read }) => read)).toEqual([chatMessageId, chatMessageId])
    expect(new Set(receipts.map(({ sender }) => JSON.stringify(sender))).size).toBe(2)
    expect(await theirs.sendTypingNotification({ senderDisplayName: 'Bob' })).toBe(true)
  })

  test.for([1, 2, 5, 6, 7, 100])('pages of %d hold every item once, in order', async (size) => {
    const { thread } = await startThread()
    for (const content of ['a', 'b', 'c', 'd']) await thread.sendMessage({ content })
    const pages = await collect(thread.listMessages({ maxPageSize: size }).byPage())
    expect(pages.length).toBe(Math.ceil(6 / size))
    expect(pages.flat().map(({ sequenceId }) => sequenceId)).toEqual(['6', '5', '4', '3', '2', '1'])
  })
})
