import { ChatClient } from '@azure/communication-chat'
import { AzureCommunicationTokenCredential } from '@azure/communication-common'
import { CommunicationIdentityClient } from '@azure/communication-identity'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type LocalAzure, startLocalAzure } from '../../src/index.ts'
import { trustLocalAuthority } from './local-authority.ts'

let azure: LocalAzure
let client: ChatClient
beforeAll(async () => {
  azure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
  trustLocalAuthority(azure)
  const { connectionString, httpsEndpoint } = azure.endpoints.communication
  const { token } = await new CommunicationIdentityClient(connectionString).createUserAndToken(['chat'])
  client = new ChatClient(httpsEndpoint, new AzureCommunicationTokenCredential(token), {
    retryOptions: { retryDelayInMs: 1 },
  })
})
afterEach(() => azure.faults.clear())
afterAll(() => azure.close())

async function countThreads(topic: string): Promise<number> {
  let found = 0
  for await (const thread of client.listChatThreads()) if (thread.topic === topic) found += 1
  return found
}

async function countMessages(threadId: string, text: string): Promise<number> {
  let found = 0
  const messages = client.getChatThreadClient(threadId).listMessages()
  for await (const { content } of messages) if (content?.message === text) found += 1
  return found
}

describe('the real chat client', () => {
  test.for(['reset', '503', 'drop-response'] as const)(
    'makes one thread despite two times %s',
    async (kind) => {
      azure.faults.add({
        service: 'communication',
        kind,
        match: 'POST /chat/threads?',
        times: 2,
        retryAfterSeconds: 0,
      })
      const { chatThread } = await client.createChatThread({ topic: kind })
      expect(chatThread?.topic).toBe(kind)
      // It sends the same repeatability-request-id each time.
      expect(await countThreads(kind)).toBe(1)
      expect(azure.faults.list()).toEqual([])
    },
  )

  test('sends a message again when told to wait, and a lost answer makes a second one', async () => {
    const { chatThread } = await client.createChatThread({ topic: 'Faults' })
    const threadId = chatThread?.id ?? ''
    const thread = client.getChatThreadClient(threadId)
    azure.faults.add({ service: 'communication', kind: '429', match: '/messages', retryAfterSeconds: 0 })
    await thread.sendMessage({ content: 'throttled' })
    expect(await countMessages(threadId, 'throttled')).toBe(1)
    azure.faults.add({ service: 'communication', kind: 'drop-response', match: 'POST /chat/threads/' })
    await thread.sendMessage({ content: 'lost' })
    expect(await countMessages(threadId, 'lost')).toBe(2)
  })
})
