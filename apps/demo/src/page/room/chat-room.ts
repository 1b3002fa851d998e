/**
 * The chat of a room: one thread, whose id and members stand in the room's document.
 */

import type { ChatClient, ChatThreadClient } from '@azure/communication-chat'
import type { Person } from '../latchkey.ts'
import { connectChat } from './chat-client.ts'
import type { OpenRoom } from './open-room.ts'

/** A message as the page shows it. */
export interface ChatMessageText {
  readonly id: string
  readonly sender: string
  readonly text: string
  readonly mine: boolean
}

/** What the chat tells the page. */
export interface ChatEvents {
  readonly onMessages: (messages: readonly ChatMessageText[]) => void
  readonly onTyping: (name: string | undefined) => void
}

const typingShownMs = 4_000

/** One person's part in the chat of one room. */
export class ChatRoom {
  readonly #client: ChatClient
  readonly #room: OpenRoom
  readonly #person: Person
  readonly #userId: string
  readonly #events: ChatEvents
  readonly #messages = new Map<string, ChatMessageText>()
  #thread: ChatThreadClient | undefined
  #endRoom: () => void = () => undefined
  #typingTimer: ReturnType<typeof setTimeout> | undefined

  private constructor(
    client: ChatClient,
    userId: string,
    room: OpenRoom,
    person: Person,
    events: ChatEvents,
  ) {
    this.#client = client
    this.#userId = userId
    this.#room = room
    this.#person = person
    this.#events = events
  }

  /** Joins the room's thread, or opens one in a room of one's own. */
  static async join(room: OpenRoom, person: Person, events: ChatEvents): Promise<ChatRoom> {
    const { client, userId } = await connectChat()
    const chat = new ChatRoom(client, userId, room, person, events)
    await client.startRealtimeNotifications()
    client.on('chatMessageReceived', (event) => {
      if (event.threadId !== room.threadId()) return
      chat.#show(event.id, event.senderDisplayName, event.message, event.sender)
    })
    client.on('typingIndicatorReceived', (event) => {
      if (event.threadId === room.threadId()) chat.#showTyping(event.senderDisplayName)
    })
    client.on('participantsAdded', (event) => {
      if (event.threadId === room.threadId()) void chat.#enter()
    })
    client.on('chatThreadCreated', (event) => {
      if (event.threadId === room.threadId()) void chat.#enter()
    })
    room.join(person.id, userId, person.displayName)
    if (room.created && room.threadId() === undefined) {
      const { chatThread } = await client.createChatThread(
        { topic: 'Room' },
        { participants: [{ id: { communicationUserId: userId }, displayName: person.displayName }] },
      )
      if (chatThread) room.setThreadId(chatThread.id)
    }
    chat.#endRoom = room.onChange(() => void chat.#addMembers())
    await chat.#enter()
    return chat
  }

  async send(content: string): Promise<void> {
    if (!this.#thread) throw new Error('Somebody in the room has to let you in first. Is anyone there?')
    await this.#thread.sendMessage({ content }, { senderDisplayName: this.#person.displayName })
  }

  async notifyTyping(): Promise<void> {
    await this.#thread?.sendTypingNotification({ senderDisplayName: this.#person.displayName })
  }

  async leave(): Promise<void> {
    this.#endRoom()
    clearTimeout(this.#typingTimer)
    await this.#client.stopRealtimeNotifications()
  }

  /** Reads the thread from its beginning; until one of the others has added this person, it is closed to them. */
  async #enter(): Promise<void> {
    const threadId = this.#room.threadId()
    if (threadId === undefined) return
    const thread = this.#client.getChatThreadClient(threadId)
    try {
      for await (const message of thread.listMessages()) {
        if (message.type !== 'text' || !message.content?.message) continue
        this.#remember(message.id, message.senderDisplayName, message.content.message, message.sender)
      }
    } catch (error) {
      const status = (error as { statusCode?: number }).statusCode
      if (status === 403 || status === 404) return
      throw error
    }
    this.#thread = thread
    this.#publish()
    await this.#addMembers()
  }

  /** Lets in everybody whom the document names and the thread does not know; adding somebody twice changes nothing. */
  async #addMembers(): Promise<void> {
    if (!this.#thread) return
    const wanted = [...this.#room.members().values()].filter(
      (member) => member.communicationUserId !== this.#userId && !this.#added.has(member.communicationUserId),
    )
    if (wanted.length === 0) return
    for (const member of wanted) this.#added.add(member.communicationUserId)
    await this.#thread.addParticipants({
      participants: wanted.map(({ communicationUserId, displayName }) => ({
        id: { communicationUserId },
        displayName,
        shareHistoryTime: new Date(0),
      })),
    })
  }

  readonly #added = new Set<string>()

  #show(id: string, name: string | undefined, text: string, sender: unknown): void {
    this.#remember(id, name, text, sender)
    this.#events.onTyping(undefined)
    this.#publish()
  }

  #remember(id: string, name: string | undefined, text: string, sender: unknown): void {
    const senderId = (sender as { communicationUserId?: string } | undefined)?.communicationUserId
    this.#messages.set(id, { id, sender: name ?? 'Somebody', text, mine: senderId === this.#userId })
  }

  #publish(): void {
    // Message ids are the service's millisecond timestamps.
    this.#events.onMessages([...this.#messages.values()].toSorted((a, b) => Number(a.id) - Number(b.id)))
  }

  #showTyping(name: string | undefined): void {
    clearTimeout(this.#typingTimer)
    this.#events.onTyping(name)
    this.#typingTimer = setTimeout(() => this.#events.onTyping(undefined), typingShownMs)
  }
}
