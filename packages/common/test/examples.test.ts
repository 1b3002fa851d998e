/** The examples, executed: Azure's real chat client with our credential, against a service that checks its tokens. */

import { ChatClient } from '@azure/communication-chat'
import { AzureCommunicationTokenCredential, verifySignedRequest } from '@latchkey/common'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { listByItem, listByPage } from '../examples/chat-participants.ts'
import { openChat, readTopic } from '../examples/proactive-refresh.ts'
import { createUser } from '../examples/sign-request.ts'
import { readTokenString } from '../examples/token-string.ts'
import { type ChatService, createChatService, threadId } from './chat-service.ts'
import { makeJwt } from './tokens.ts'

const endpoint = 'https://r.communication.azure.com'
const minute = 60_000

let service: ChatService
let printed: string[]

beforeEach(() => {
  service = createChatService()
  printed = []
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) })
  for (const method of ['error', 'warn'] as const) {
    vi.spyOn(console, method).mockImplementation((...texts) => void printed.push(texts.join(' ')))
  }
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const jwt = (minutes: number, name = 'x'): string =>
  makeJwt({ exp: (Date.now() + minutes * minute) / 1000, name })

test('2A: the token as text, or a word about why there is none', async () => {
  const token = jwt(10)
  expect(await readTokenString(token)).toBe(token)
  expect(await readTokenString(jwt(-1))).toBeUndefined()
  expect(await readTokenString('')).toBeUndefined()
  expect(printed).toEqual(['The token has ended: sign in again.', 'That is not a token: sign in again.'])
})

test('2B: six hours of chat on tokens of one hour, with a server that fails now and then', async () => {
  const issued: string[] = []
  let down = false
  service.accepts = (token) => {
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      exp: number
    }
    return issued.includes(token) && payload.exp * 1000 > Date.now()
  }
  const fetchTokenForUserFromMyServer = async (user: string): Promise<string> => {
    if (down) throw new Error('502')
    const token = jwt(60, `${user}-${issued.length}`)
    issued.push(token)
    return token
  }
  const { httpClient } = service
  const settings = { endpoint, threadId, fetchTokenForUserFromMyServer, chatOptions: { httpClient } }
  const chat = await openChat(settings, 'alice@example.com')
  for (let halfHour = 0; halfHour < 12; halfHour += 1) {
    expect(await readTopic(chat, threadId)).toBe('Locks')
    down = halfHour % 4 === 2
    await vi.advanceTimersByTimeAsync(22 * minute)
    down = false
    await vi.advanceTimersByTimeAsync(8 * minute)
  }
  expect(new Set(service.tokens).size).toBeGreaterThanOrEqual(6)
  expect(await readTopic(chat, '19:other@thread.v2')).toBe('(no such thread)')
  service.accepts = () => false
  expect(await readTopic(chat, threadId)).toBe('(sign in again)')
  chat.credential.dispose()
  expect(vi.getTimerCount()).toBe(0)
})

test('2B: a server that gives no token fails at the start, not in the conversation', async () => {
  const fetchTokenForUserFromMyServer = async (): Promise<string> =>
    Promise.reject(new Error('not signed in'))
  const settings = { endpoint, threadId, fetchTokenForUserFromMyServer }
  await expect(openChat(settings, 'mallory')).rejects.toThrow('not signed in')
  expect(vi.getTimerCount()).toBe(0)
})

const user = (number: number): { rawId: string; communicationUser: { id: string } } => ({
  rawId: `8:acs:r_${number}`,
  communicationUser: { id: `8:acs:r_${number}` },
})

test('3: participants by item and by page, with and without a display name', async () => {
  const credential = new AzureCommunicationTokenCredential(jwt(60))
  const thread = new ChatClient(endpoint, credential, { httpClient: service.httpClient }).getChatThreadClient(
    threadId,
  )
  expect(await listByItem(thread)).toEqual(['Nobody is in this thread.'])
  expect(await listByPage(thread, 2)).toEqual([[]])
  service.participants.push(
    { communicationIdentifier: user(1), displayName: 'Alice' },
    { communicationIdentifier: user(2) },
    {
      communicationIdentifier: { rawId: '4:+14255550123', phoneNumber: { value: '+14255550123' } },
      displayName: 'Desk',
    },
    { communicationIdentifier: { rawId: '28:bot' }, displayName: 'Bot' },
    { communicationIdentifier: user(3) },
  )
  const lines = [
    'User 8:acs:r_1 is called Alice',
    'User 8:acs:r_2 has no display name',
    'Phone number +14255550123 is called Desk',
    '28:bot is called Bot',
    'User 8:acs:r_3 has no display name',
  ]
  expect(await listByItem(thread)).toEqual(lines)
  expect(await listByPage(thread, 2)).toEqual([lines.slice(0, 2), lines.slice(2, 4), lines.slice(4)])
  service.accepts = () => false
  expect(await listByItem(thread)).toEqual(['The list is not to be had: 401 Unauthorized'])
  expect(await listByPage(thread, 2)).toEqual([['The list is not to be had: 401 Unauthorized']])
})

test('a signed request of your own is accepted on the other side', async () => {
  const key = Buffer.from('for this test').toString('base64')
  const send: typeof fetch = async (input) => {
    const request = input as Request
    const { pathname, search } = new URL(request.url)
    const body = new Uint8Array(await request.arrayBuffer())
    const received = { method: request.method, target: pathname + search, headers: request.headers, body }
    const verdict = await verifySignedRequest(received, { keys: [key] })
    return Response.json({ identity: { id: '8:acs:r_new' } }, { status: verdict.ok ? 201 : 401 })
  }
  expect(await createUser(`endpoint=${endpoint}/;accesskey=${key}`, send)).toBe('8:acs:r_new')
  const other = Buffer.from('another').toString('base64')
  await expect(createUser(`endpoint=${endpoint}/;accesskey=${other}`, send)).rejects.toThrow('401')
})
