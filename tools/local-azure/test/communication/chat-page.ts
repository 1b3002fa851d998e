/**
 * What the test's web page runs: the real chat client over http, as a demo page does it.
 */

import { ChatClient } from '@azure/communication-chat'
import { AzureCommunicationTokenCredential } from '@azure/communication-common'

/** Starts to listen; every event is kept in `window.events`. */
export interface ChatPage {
  /** With `asHttp`, requests leave over http although the client is told an https endpoint. */
  start(endpoint: string, token: string, asHttp: boolean): Promise<void>
  client: ChatClient
  events: { name: string; payload: unknown }[]
  /** Breaks every open connection, as a bad network does. */
  breakConnections(): void
}

const names = [
  'chatMessageReceived',
  'chatMessageEdited',
  'chatMessageDeleted',
  'typingIndicatorReceived',
  'readReceiptReceived',
  'chatThreadCreated',
  'chatThreadDeleted',
  'chatThreadPropertiesUpdated',
  'participantsAdded',
  'participantsRemoved',
  'realTimeNotificationConnected',
  'realTimeNotificationDisconnected',
] as const

interface Sendable {
  url: string
  allowInsecureConnection?: boolean
}

// The client insists on https and on nothing else: the policy undoes that where the request leaves.
const overHttp = {
  position: 'perRetry' as const,
  policy: {
    name: 'overHttp',
    sendRequest<Request extends Sendable, Answer>(
      request: Request,
      next: (request: Request) => Promise<Answer>,
    ): Promise<Answer> {
      request.url = request.url.replace(/^https:/, 'http:')
      request.allowInsecureConnection = true
      return next(request)
    },
  },
}

const sockets = new Set<WebSocket>()
const RealWebSocket = globalThis.WebSocket
globalThis.WebSocket = class extends RealWebSocket {
  constructor(...given: ConstructorParameters<typeof RealWebSocket>) {
    super(...given)
    sockets.add(this)
  }
}

const page: Omit<ChatPage, 'client'> & Partial<ChatPage> = {
  events: [],
  breakConnections() {
    for (const socket of sockets) socket.close()
    sockets.clear()
  },
  async start(endpoint, token, asHttp) {
    const additionalPolicies = asHttp ? [overHttp] : []
    const client = new ChatClient(endpoint, new AzureCommunicationTokenCredential(token), {
      additionalPolicies,
      signalingClientOptions: { additionalPolicies },
    } as never)
    page.client = client
    await client.startRealtimeNotifications()
    for (const name of names) {
      client.on(name as 'chatMessageReceived', (payload) => {
        page.events.push({ name, payload })
      })
    }
  },
}

Object.assign(globalThis, { page })
