/**
 * How quick the local Communication Services are: no peer runs on one machine, so the figures stand alone.
 */

import { createRequestSigner } from '@latchkey/common'
import { type LocalAzure, startLocalAzure } from '@latchkey/local-azure'
import type { BenchRow, Measurement } from '../row.ts'

const subject = 'latchkey'
const users = 2_000
const messages = 1_000
const deliveries = 300
const atOnce = 16

export const row: BenchRow = {
  name: 'local-communication',
  title: `local Communication Services over http, client in the same process, ${atOnce} requests at once`,
  peers: {},
  promises: [
    {
      text: 'a message is delivered live within 25 ms (median)',
      holds: (all) => figureOf(all, 'delivery p50') <= 25,
    },
    { text: '… and within 100 ms (p99)', holds: (all) => figureOf(all, 'delivery p99') <= 100 },
  ],
  run: async () => {
    const azure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
    try {
      return await measure(azure)
    } finally {
      await azure.close()
    }
  },
}

async function measure(azure: LocalAzure): Promise<readonly Measurement[]> {
  const { accessKey, endpoint } = azure.endpoints.communication
  const sign = createRequestSigner(accessKey)
  const createUser = async (): Promise<{ accessToken: { token: string } }> => {
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: '{"createTokenWithScopes":["chat"]}' }
    return await readJson(
      await fetch(await sign(new Request(`${endpoint}/identities?api-version=2023-10-01`, init))),
    )
  }
  const { token } = (await createUser()).accessToken
  const post = async <T>(path: string, body: object): Promise<T> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return await readJson<T>(await fetch(`${endpoint}${path}?api-version=2025-03-15`, init))
  }
  const { chatThread } = await post<{ chatThread: { id: string } }>('/chat/threads', { topic: 'Bench' })
  const path = `/chat/threads/${encodeURIComponent(chatThread.id)}/messages`
  const send = (): Promise<unknown> => post(path, { content: 'x' })
  const latencies = await measureDeliveries(endpoint, token, send)
  return [
    figure('users with a token', await perSecond(users, createUser), '1/s'),
    figure('messages sent', await perSecond(messages, send), '1/s'),
    figure('delivery p50', latencies[Math.floor(deliveries * 0.5)] ?? Number.NaN, 'ms'),
    figure('delivery p99', latencies[Math.floor(deliveries * 0.99)] ?? Number.NaN, 'ms'),
  ]
}

/** From just before a message is sent until it arrives on an open connection; sorted, in milliseconds. */
async function measureDeliveries(
  endpoint: string,
  token: string,
  send: () => Promise<unknown>,
): Promise<number[]> {
  const socket = await openConnection(endpoint, token)
  let arrived: () => void = () => undefined
  socket.addEventListener('message', ({ data }) => {
    if (String(data).startsWith('3:::')) arrived()
  })
  const latencies: number[] = []
  for (let sent = 0; sent < deliveries; sent += 1) {
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const startedMs = performance.now()
    const sending = send()
    await arrival
    latencies.push(performance.now() - startedMs)
    await sending
  }
  socket.close()
  return latencies.sort((a, b) => a - b)
}

/** Opens a connection as the signaling client of `@azure/communication-chat` does. */
async function openConnection(endpoint: string, token: string): Promise<WebSocket> {
  const headers = { 'x-skypetoken': token, 'content-type': 'application/json' }
  interface Allocation {
    readonly surl: string
    readonly connectparams: Record<string, string>
  }
  const allocation = await readJson<Allocation>(await fetch(`${endpoint}/v4/a`, { method: 'POST', headers }))
  const query = new URLSearchParams(allocation.connectparams)
  const answer = await (await fetch(`${endpoint}/socket.io/1/?${query}`, { headers })).text()
  const socket = new WebSocket(
    `${endpoint.replace('http', 'ws')}/socket.io/1/websocket/${answer.split(':')[0]}`,
  )
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
  const body = JSON.stringify({
    registrationId: 'bench',
    transports: { TROUTER: [{ path: allocation.surl }] },
  })
  await fetch(`${endpoint}/registrar/v3/registrations`, { method: 'POST', headers, body })
  return socket
}

async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  let left = count
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await work()
    }
  }
  const startedMs = performance.now()
  await Promise.all(Array.from({ length: atOnce }, worker))
  return Math.round((count / (performance.now() - startedMs)) * 1000)
}

async function readJson<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`The service answered ${response.status}`)
  return (await response.json()) as T
}

function figure(metric: string, value: number, unit: string): Measurement {
  return { subject, metric, value, unit }
}

function figureOf(figures: readonly Measurement[], metric: string): number {
  return figures.find((one) => one.metric === metric)?.value ?? Number.NaN
}
