import { isChromiumMissing } from '@latchkey/browser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChatPage } from './chat-page.ts'
import { type LiveChat, type Person, startLiveChat } from './live-chat.ts'

declare const page: ChatPage

describe.skipIf(isChromiumMissing())('two people in a real browser', () => {
  let chat: LiveChat
  let alice: Person
  let bob: Person
  let threadId = ''
  beforeAll(async () => {
    chat = await startLiveChat()
    alice = await chat.openTab('Alice')
    bob = await chat.openTab('Bob')
  })
  afterAll(() => chat.close())

  test('hear of a new thread, with everything in it', async () => {
    threadId = await alice.createThread('Live 100 % «é»', [bob])
    const heard = await bob.waitFor('chatThreadCreated')
    expect(heard).toMatchObject({
      threadId,
      createdBy: { id: { communicationUserId: alice.user.communicationUserId } },
      properties: { topic: 'Live 100 % «é»', metadata: { room: '7%41' } },
      retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 45 },
      participants: [
        { id: { communicationUserId: alice.user.communicationUserId } },
        {
          id: { communicationUserId: bob.user.communicationUserId },
          displayName: 'Bob',
          metadata: { seat: '2' },
        },
      ],
    })
    await alice.waitFor('chatThreadCreated')
  })

  test('get messages, their changes and their end', async () => {
    const id = await alice.inThread(threadId, async (thread) => {
      const options = { senderDisplayName: 'Alice', type: 'html', metadata: { mood: 'good' } } as const
      return (await thread.sendMessage({ content: '<b>Hi</b>' }, options)).id
    })
    expect(await bob.waitFor('chatMessageReceived')).toMatchObject({
      threadId,
      id,
      message: '<b>Hi</b>',
      type: 'RichText/Html',
      senderDisplayName: 'Alice',
      sender: { communicationUserId: alice.user.communicationUserId },
      recipient: { communicationUserId: bob.user.communicationUserId },
      metadata: { mood: 'good' },
      version: id,
    })
    await alice.inThread(threadId, (thread, given) => thread.updateMessage(given, { content: 'Hello' }), id)
    const edited = await bob.waitFor('chatMessageEdited')
    expect(edited).toMatchObject({ id, message: 'Hello', editedOn: expect.any(Date) })
    await alice.inThread(threadId, (thread, given) => thread.deleteMessage(given), id)
    expect(await bob.waitFor('chatMessageDeleted')).toMatchObject({ id, deletedOn: expect.any(Date) })
  })

  test('see typing and reading', async () => {
    await bob.inThread(threadId, (thread) => thread.sendTypingNotification({ senderDisplayName: 'Bob' }))
    expect(await alice.waitFor('typingIndicatorReceived')).toMatchObject({
      threadId,
      sender: { communicationUserId: bob.user.communicationUserId },
      senderDisplayName: 'Bob',
      receivedOn: expect.any(Date),
    })
    const chatMessageId = await alice.inThread(
      threadId,
      async (thread) => (await thread.sendMessage({ content: 'Read me' })).id,
    )
    await bob.inThread(
      threadId,
      (thread, given) => thread.sendReadReceipt({ chatMessageId: given }),
      chatMessageId,
    )
    expect(await alice.waitFor('readReceiptReceived')).toMatchObject({
      threadId,
      chatMessageId,
      sender: { communicationUserId: bob.user.communicationUserId },
      readOn: expect.any(Date),
    })
  })

  test('hear of new properties and of who comes and goes', async () => {
    await alice.inThread(threadId, (thread) => thread.updateTopic('Changed'))
    const updated = await bob.waitFor('chatThreadPropertiesUpdated')
    expect(updated).toMatchObject({ threadId, properties: { topic: 'Changed' } })

    const carol = await chat.openTab('Carol')
    const carolsId = carol.user.communicationUserId
    const join = (
      id: string,
    ): { participants: { id: { communicationUserId: string }; displayName: string }[] } => ({
      participants: [{ id: { communicationUserId: id }, displayName: 'Carol' }],
    })
    await alice.inThread(threadId, (thread, given) => thread.addParticipants(given), join(carolsId))
    expect(await bob.waitFor('participantsAdded')).toMatchObject({
      threadId,
      addedBy: { id: { communicationUserId: alice.user.communicationUserId } },
      participantsAdded: [{ id: { communicationUserId: carolsId }, displayName: 'Carol' }],
    })
    await carol.waitFor('participantsAdded')
    const remove = { communicationUserId: carolsId }
    await alice.inThread(threadId, (thread, given) => thread.removeParticipant(given), remove)
    expect(await bob.waitFor('participantsRemoved')).toMatchObject({
      threadId,
      participantsRemoved: [{ id: { communicationUserId: carolsId } }],
    })
    await carol.waitFor('participantsRemoved')
    // Their open connection goes; a new one hears nothing of this thread any more.
    await carol.waitFor('realTimeNotificationDisconnected')
    await carol.waitFor('realTimeNotificationConnected', 2)
    await alice.inThread(threadId, (thread) => thread.sendMessage({ content: 'Without Carol' }))
    await bob.waitFor('chatMessageReceived', 3)
    expect(await carol.count('chatMessageReceived')).toBe(0)
    await carol.close()
  })

  test('miss nothing while a connection breaks', async () => {
    const before = await bob.count('chatMessageReceived')
    await bob.tab.evaluate(() => page.breakConnections())
    await alice.inThread(threadId, (thread) => thread.sendMessage({ content: 'While away' }))
    expect(await bob.waitFor('chatMessageReceived', before + 1)).toMatchObject({ message: 'While away' })
  })

  test('read page after page', async () => {
    const pages = await bob.inThread(threadId, async (thread) => {
      const sizes: number[] = []
      for await (const { length } of thread.listMessages({ maxPageSize: 3 }).byPage()) sizes.push(length)
      return sizes
    })
    const items = pages.reduce((sum, size) => sum + size, 0)
    expect(items).toBeGreaterThan(6)
    expect(pages.length).toBe(Math.ceil(items / 3))
  })

  test('are told when their tokens are revoked, and stay out', async () => {
    const eve = await chat.openTab('Eve')
    const shared = await alice.createThread('Revoked', [eve, bob])
    await eve.waitFor('chatThreadCreated')
    await chat.identity.revokeTokens(eve.user)
    await eve.waitFor('realTimeNotificationDisconnected')
    const before = await bob.count('chatMessageReceived')
    await alice.inThread(shared, (thread) => thread.sendMessage({ content: 'Without Eve' }))
    await bob.waitFor('chatMessageReceived', before + 1)
    expect(await eve.count('chatMessageReceived')).toBe(0)
    const refused = eve.inThread(shared, async (thread) => (await thread.getProperties()).topic)
    await expect(refused).rejects.toThrow(/not authorized|401/i)
    await eve.close()
  })

  test('may come over https as well', async () => {
    const dora = await chat.openTab('Dora', 'https')
    const shared = await alice.createThread('Mixed', [dora])
    await dora.waitFor('chatThreadCreated')
    await dora.inThread(shared, (thread) => thread.sendMessage({ content: 'Over https' }))
    expect(await dora.waitFor('chatMessageReceived')).toMatchObject({ message: 'Over https' })
    await dora.close()
  })

  test('hear of the end of a thread', async () => {
    await alice.tab.evaluate((id) => page.client.deleteChatThread(id), threadId)
    expect(await bob.waitFor('chatThreadDeleted')).toMatchObject({
      threadId,
      deletedBy: { id: { communicationUserId: alice.user.communicationUserId } },
      reason: 'deletedByUser',
    })
  })
})
