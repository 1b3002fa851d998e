import { CommunicationIdentityClient, type CommunicationUserToken } from '@azure/communication-identity'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type LocalAzure, startLocalAzure } from '../../src/index.ts'

let azure: LocalAzure
let identity: CommunicationIdentityClient
let base = ''
beforeAll(async () => {
  azure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
  const { accessKey, endpoint } = azure.endpoints.communication
  base = endpoint
  identity = new CommunicationIdentityClient(endpoint, { key: accessKey }, { allowInsecureConnection: true })
})
afterAll(() => azure.close())

interface Allocation {
  readonly surl: string
  readonly connectparams: Readonly<Record<string, string>>
}

interface Open {
  readonly socket: WebSocket
  readonly packets: string[]
  readonly allocation: Allocation
  readonly ticket: string
}

async function send(method: string, path: string, token: string, body?: object): Promise<Response> {
  const headers = { 'x-skypetoken': token, 'content-type': 'application/json' }
  const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }
  return await fetch(`${base}${path}`, init)
}

async function allocate(token: string, before: Readonly<Record<string, string>> = {}): Promise<Allocation> {
  const response = await send('POST', `/v4/a?${new URLSearchParams(before)}`, token)
  return (await response.json()) as Allocation
}

async function shakeHands(token: string, { connectparams }: Allocation): Promise<string> {
  const response = await send('GET', `/socket.io/1/?${new URLSearchParams(connectparams)}`, token)
  return (await response.text()).split(':')[0] ?? ''
}

function openSocket(ticket: string): WebSocket {
  return new WebSocket(`${base.replace('http', 'ws')}/socket.io/1/websocket/${ticket}`)
}

async function open(token: string, before: Readonly<Record<string, string>> = {}): Promise<Open> {
  const allocation = await allocate(token, before)
  const ticket = await shakeHands(token, allocation)
  const socket = openSocket(ticket)
  const packets: string[] = []
  socket.on('message', (data) => packets.push((data as Buffer).toString()))
  await until(() => packets.length >= 2)
  return { socket, packets, allocation, ticket }
}

function register(token: string, { surl }: Allocation, registrationId = 'mine'): Promise<Response> {
  const transports = { TROUTER: [{ context: '', path: surl, ttl: 86_400 }] }
  return send('POST', '/registrar/v3/registrations', token, { registrationId, transports })
}

/** Waits for a real socket, which no clock of ours moves. */
async function until(condition: () => boolean, withinMs = 5_000): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('It did not come to pass in time')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function refusal(socket: WebSocket): Promise<number> {
  return await new Promise((resolve) => {
    socket.on('error', () => undefined)
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
  })
}

function connections(): readonly (readonly string[])[] {
  return azure.services.communication.overview?.()[2]?.rows ?? []
}

const createPerson = (): Promise<CommunicationUserToken> => identity.createUserAndToken(['chat'])

async function createThread(token: string, others: readonly CommunicationUserToken[] = []): Promise<string> {
  const participants = others.map(({ user }) => ({
    communicationIdentifier: { communicationUser: { id: user.communicationUserId } },
  }))
  const response = await chat('POST', '/chat/threads', token, { topic: 'Topic', participants })
  const { chatThread } = (await response.json()) as { chatThread: { id: string } }
  return encodeURIComponent(chatThread.id)
}

async function chat(method: string, path: string, token: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return await fetch(`${base}${path}?api-version=2025-03-15`, { method, headers, body: JSON.stringify(body) })
}

describe('an open connection', () => {
  test('begins as Socket.IO 0.9 does, and answers pings and events', async () => {
    const { token } = await createPerson()
    const { packets, socket } = await open(token)
    expect(connections()).toEqual([[expect.stringMatching(/^8:acs:/), expect.stringMatching(/Z$/), '']])
    expect(packets[0]).toBe('1::')
    expect(packets[1]).toMatch(/^5:::\{"name":"trouter\.connected"/)
    socket.send('5:7+::{"name":"ping"}')
    socket.send('5:8+::{"name":"user.activity","args":[{"state":"active"}]}')
    socket.send('2::')
    await until(() => packets.length >= 5)
    expect(packets.slice(2)).toEqual(['6:::7+["pong"]', '6:::8+["ok",{"status":200}]', '2::'])
    socket.close()
  })

  test.for(['nonsense', '5:1+::{', '0::', '5:::{"name":1}'])('ends on %s', async (packet) => {
    const { token } = await createPerson()
    const { socket } = await open(token)
    socket.send(packet)
    await until(() => socket.readyState === WebSocket.CLOSED)
  })

  test('ends on a frame that is too large', async () => {
    const { token } = await createPerson()
    const { socket } = await open(token)
    socket.on('error', () => undefined)
    socket.send('3:::'.padEnd(70_000, 'x'))
    await until(() => socket.readyState === WebSocket.CLOSED)
  })

  test('ends when it is sent a token that opens no chat', async () => {
    const { token, user } = await createPerson()
    const { socket } = await open(token)
    const voip = await identity.getToken(user, ['voip'])
    const args = [{ headers: { Authorization: `Bearer ${voip.token}` } }]
    socket.send(`5:9+::${JSON.stringify({ name: 'user.authenticate', args })}`)
    await until(() => socket.readyState === WebSocket.CLOSED)
  })

  test('takes a newer token of the same user, and no one else’s', async () => {
    const [alice, mallory] = [await createPerson(), await createPerson()]
    const { packets, socket } = await open(alice.token)
    const newer = await identity.getToken(alice.user, ['chat'])
    const authenticate = (token: string): string =>
      `5:9+::${JSON.stringify({ name: 'user.authenticate', args: [{ headers: { 'X-Skypetoken': token } }] })}`
    socket.send(authenticate(newer.token))
    await until(() => packets.some((packet) => packet.startsWith('6:::9')))
    socket.send(authenticate(mallory.token))
    await until(() => socket.readyState === WebSocket.CLOSED)
  })
})

describe('a connection closes within 5 s', () => {
  const endings: readonly (readonly [string, (person: CommunicationUserToken) => Promise<unknown>])[] = [
    ['its user’s tokens are revoked', ({ user }) => identity.revokeTokens(user)],
    ['its user is deleted', ({ user }) => identity.deleteUser(user)],
    [
      'its user is removed from a thread',
      async (person) => {
        const owner = await createPerson()
        const thread = await createThread(owner.token, [person])
        const identifier = { communicationUser: { id: person.user.communicationUserId } }
        await chat('POST', `/chat/threads/${thread}/participants/:remove`, owner.token, identifier)
      },
    ],
    ['its token has expired', async () => azure.clock.advanceSeconds(86_401)],
  ]

  test.for(endings)('once %s', async ([, end]) => {
    const person = await createPerson()
    const { packets, socket } = await open(person.token)
    const bystander = await open((await createPerson()).token)
    await end(person)
    await until(() => socket.readyState === WebSocket.CLOSED, 5_000)
    expect(packets.at(-1)).toBe('0::')
    if (end !== endings.at(-1)?.[1]) expect(bystander.socket.readyState).toBe(WebSocket.OPEN)
    bystander.socket.close()
  })
})

describe('nobody opens a connection', () => {
  test('without a token that opens chat', async () => {
    const { token } = await identity.createUserAndToken(['voip'])
    expect((await send('POST', '/v4/a', token)).status).toBe(403)
    expect((await send('POST', '/v4/a', 'x')).status).toBe(401)
    expect((await fetch(`${base}/v4/a`, { method: 'POST' })).status).toBe(401)
    expect((await fetch(`${base}/chat/config/realTimeNotifications?api-version=2024-09-01`)).status).toBe(401)
  })

  test('to what another was given', async () => {
    const [alice, mallory] = [await createPerson(), await createPerson()]
    const allocation = await allocate(alice.token)
    const query = new URLSearchParams(allocation.connectparams)
    expect((await send('GET', `/socket.io/1/?${query}`, mallory.token)).status).toBe(404)
    const wrong = new URLSearchParams({ ...allocation.connectparams, sig: 'x' })
    expect((await send('GET', `/socket.io/1/?${wrong}`, alice.token)).status).toBe(404)
    expect((await register(mallory.token, allocation)).status).toBe(400)
    const stolen = await allocate(mallory.token, allocation.connectparams)
    expect(stolen.surl).not.toBe(allocation.surl)
    const guessed = await allocate(alice.token, { ...allocation.connectparams, sig: 'x' })
    expect(guessed.surl).not.toBe(allocation.surl)
    expect((await allocate(alice.token, allocation.connectparams)).surl).toBe(allocation.surl)
  })

  test('twice with one ticket, late, or with none', async () => {
    const { token } = await createPerson()
    const { socket, ticket } = await open(token)
    expect(await refusal(openSocket(ticket))).toBe(401)
    expect(await refusal(openSocket('made-up'))).toBe(401)
    const late = await shakeHands(token, await allocate(token))
    azure.clock.advanceSeconds(31)
    expect(await refusal(openSocket(late))).toBe(401)
    socket.close()
  })
})

describe('notifications', () => {
  test('come only once registered for, with what came before, and not after', async () => {
    const { token } = await createPerson()
    const thread = await createThread(token)
    const { allocation, packets, socket } = await open(token)
    const say = (content: string): Promise<Response> =>
      chat('POST', `/chat/threads/${thread}/messages`, token, { content })
    const heard = (): string[] =>
      packets
        .filter((packet) => packet.startsWith('3:::'))
        .map((packet) => JSON.parse(JSON.parse(packet.slice(4)).body).messageBody)
    await say('before')
    expect((await register(token, allocation)).status).toBe(202)
    await say('after')
    await until(() => heard().length === 2)
    expect((await send('DELETE', '/registrar/v3/registrations/mine', token)).status).toBe(202)
    await say('too late')
    socket.send('5:1+::{"name":"ping"}')
    await until(() => packets.includes('6:::1+["pong"]'))
    expect(heard()).toEqual(['before', 'after'])
    socket.close()
  })

  test('go to the newest connection of an endpoint only', async () => {
    const { token } = await createPerson()
    const thread = await createThread(token)
    const first = await open(token)
    await register(token, first.allocation)
    const second = await open(token, first.allocation.connectparams)
    await until(() => first.socket.readyState === WebSocket.CLOSED)
    await chat('POST', `/chat/threads/${thread}/messages`, token, { content: 'Once' })
    await until(() => second.packets.some((packet) => packet.includes('Once')))
    expect(first.packets.some((packet) => packet.includes('Once'))).toBe(false)
    second.socket.close()
  })

  test('wait a minute for who comes back', async () => {
    const { token } = await createPerson()
    const thread = await createThread(token)
    const first = await open(token)
    await register(token, first.allocation)
    first.socket.terminate()
    await until(() => first.socket.readyState === WebSocket.CLOSED)
    await chat('POST', `/chat/threads/${thread}/messages`, token, { content: 'While away' })
    const second = await open(token, first.allocation.connectparams)
    expect(second.allocation.surl).toBe(first.allocation.surl)
    await until(() => second.packets.some((packet) => packet.includes('While away')))
    second.socket.close()
  })
})
