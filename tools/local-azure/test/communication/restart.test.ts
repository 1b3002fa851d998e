import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChatClient } from '@azure/communication-chat'
import { AzureCommunicationTokenCredential } from '@azure/communication-common'
import { CommunicationIdentityClient } from '@azure/communication-identity'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalAzure, startLocalAzure } from '../../src/index.ts'
import { trustLocalAuthority } from './local-authority.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'communication-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function start(): Promise<LocalAzure> {
  const azure = await startLocalAzure({ portBase: 0, data: join(folder, 'data') })
  trustLocalAuthority(azure)
  return azure
}

function connect({ endpoints }: LocalAzure, token: string): ChatClient {
  return new ChatClient(endpoints.communication.httpsEndpoint, new AzureCommunicationTokenCredential(token))
}

test('users, tokens, threads, messages and receipts outlive a restart', async () => {
  const first = await start()
  const identity = new CommunicationIdentityClient(first.endpoints.communication.connectionString)
  const { token, user } = await identity.createUserAndToken(['chat'])
  const made = await connect(first, token).createChatThread({ topic: 'Kept' }, { metadata: { a: 'b' } })
  const threadId = made.chatThread?.id ?? ''
  const before = connect(first, token).getChatThreadClient(threadId)
  const { id } = await before.sendMessage({ content: 'Kept' })
  await before.sendReadReceipt({ chatMessageId: id })
  await first.close()

  const second = await start()
  const after = connect(second, token).getChatThreadClient(threadId)
  expect(await after.getProperties()).toMatchObject({ topic: 'Kept', metadata: { a: 'b' } })
  expect(await after.getMessage(id)).toMatchObject({ content: { message: 'Kept' }, sender: user })
  for await (const { chatMessageId } of after.listReadReceipts()) expect(chatMessageId).toBe(id)
  const again = new CommunicationIdentityClient(second.endpoints.communication.connectionString)
  await again.revokeTokens(user)
  await expect(after.getProperties()).rejects.toMatchObject({ statusCode: 401, code: 'Unauthorized' })
  await second.close()
})
