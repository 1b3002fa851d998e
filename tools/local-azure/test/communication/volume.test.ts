import { ChatClient, type ChatThreadClient } from '@azure/communication-chat'
import { AzureCommunicationTokenCredential } from '@azure/communication-common'
import { CommunicationIdentityClient, type CommunicationUserToken } from '@azure/communication-identity'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalAzure, startLocalAzure } from '../../src/index.ts'
import { trustLocalAuthority } from './local-authority.ts'

let azure: LocalAzure
beforeAll(async () => {
  azure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
  trustLocalAuthority(azure)
})
afterAll(() => azure.close())

async function createUsers(count: number): Promise<CommunicationUserToken[]> {
  const identity = new CommunicationIdentityClient(azure.endpoints.communication.connectionString)
  return await Promise.all(Array.from({ length: count }, () => identity.createUserAndToken(['chat'])))
}

function connect({ token }: CommunicationUserToken): ChatClient {
  const credential = new AzureCommunicationTokenCredential(token)
  return new ChatClient(azure.endpoints.communication.httpsEndpoint, credential)
}

async function startThread(users: readonly CommunicationUserToken[]): Promise<ChatThreadClient[]> {
  const clients = users.map(connect)
  const participants = users.map(({ user }) => ({ id: user }))
  const made = await clients[0]?.createChatThread({ topic: 'Many' }, { participants })
  return clients.map((client) => client.getChatThreadClient(made?.chatThread?.id ?? ''))
}

async function readTexts(
  thread: ChatThreadClient,
  maxPageSize: number,
): Promise<{ texts: string[]; pages: number }> {
  const texts: string[] = []
  let pages = 0
  for await (const page of thread.listMessages({ maxPageSize }).byPage()) {
    pages += 1
    texts.push(...page.filter(({ type }) => type === 'text').map(({ content }) => content?.message ?? ''))
  }
  return { texts, pages }
}

test('1,000 messages page in order', async () => {
  const [thread] = await startThread(await createUsers(1))
  const sent = Array.from({ length: 1_000 }, (_, at) => `message ${at}`)
  for (const content of sent) await thread?.sendMessage({ content })
  const { pages, texts } = await readTexts(thread!, 100)
  expect(texts).toEqual(sent.toReversed())
  // Two more are the service's own.
  expect(pages).toBe(Math.ceil(1_002 / 100))
})

test('50 people who send at once lose no message', async () => {
  const threads = await startThread(await createUsers(50))
  const sends = threads.flatMap((thread, who) =>
    [0, 1, 2, 3].map((at) => ({ thread, content: `${who}.${at}` })),
  )
  const ids = await Promise.all(
    sends.map(async ({ content, thread }) => (await thread.sendMessage({ content })).id),
  )
  expect(new Set(ids).size).toBe(200)
  const { texts } = await readTexts(threads[7]!, 33)
  expect(texts.toSorted()).toEqual(sends.map(({ content }) => content).toSorted())
})
