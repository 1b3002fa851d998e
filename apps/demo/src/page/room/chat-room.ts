/**
 * The chat of a room: one thread, whose id and members stand in the room's document.
 */

import type { ChatClient, ChatThreadClient } from '@azure/communication-chat'
import type { Person } from '../latchkey.ts'
import { connectChat } from './chat-client.ts'
import type { OpenRoom } from './open-room.ts'
import { RoomThread } from './room-thread.ts'

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
  /** What keeps the thread from being there, or somebody from being in it; it is tried again. `undefined` when all is well. */
  readonly onTrouble: (error: unknown) => void
}

const typingShownMs = 4_000
const retryMs = 5_000

/** One person's part in the chat of one room. */
export class ChatRoom {
  readonly #client: ChatClient
  readonly #room: OpenRoom
  readonly #person: Person
  readonly #userId: string
  readonly #events: ChatEvents
  readonly #thread: RoomThread
  readonly #messages = new Map<string, ChatMessageText>()
  #endRoom: () => void = () => undefined
  #typingTimer: ReturnType<typeof setTimeout> | undefined
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #left = false

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
    const { displayName } = person
    this.#thread = new RoomThread({ client, room, userId, displayName, read: (thread) => this.#read(thread) })
  }

  /** Joins the room's thread, or opens one in a room without. */
  static async join(room: OpenRoom, person: Person, events: ChatEvents): Promise<ChatRoom> {
    const { client, userId } = await connectChat()
    const chat = new ChatRoom(client, userId, room, person, events)
    await client.startRealtimeNotifications()
    chat.#listen()
    room.join(person.id, userId, person.displayName)
    await chat.#attend()
    chat.#endRoom = room.onChange(() => {
      // What failed a moment ago is not tried again at each key somebody presses.
      if (chat.#retryTimer === undefined) void chat.#attend()
    })
    return chat
  }

  async send(content: string): Promise<void> {
    if (!this.#thread.entered) {
      // Word of having been let in may have been lost.
      this.#thread.knock()
      await this.#thread.settle()
    }
    const thread = this.#thread.entered
    if (!thread) throw new Error('Somebody in the room has to let you in first. Is anyone there?')
    await thread.sendMessage({ content }, { senderDisplayName: this.#person.displayName })
  }

  async notifyTyping(): Promise<void> {
    await this.#thread.entered?.sendTypingNotification({ senderDisplayName: this.#person.displayName })
  }

  async leave(): Promise<void> {
    this.#left = true
    this.#endRoom()
    clearTimeout(this.#typingTimer)
    clearTimeout(this.#retryTimer)
    await this.#client.stopRealtimeNotifications()
  }

  #listen(): void {
    const isHere = ({ threadId }: { readonly threadId: string }): boolean =>
      threadId === this.#room.threadId()
    const knock = (event: { readonly threadId: string }): void => {
      if (!isHere(event)) return
      this.#thread.knock()
      void this.#attend()
    }
    this.#client.on('chatMessageReceived', (event) => {
      if (isHere(event)) this.#show(event.id, event.senderDisplayName, event.message, event.sender)
    })
    this.#client.on('typingIndicatorReceived', (event) => {
      if (isHere(event)) this.#showTyping(event.senderDisplayName)
    })
    this.#client.on('participantsAdded', knock)
    this.#client.on('chatThreadCreated', knock)
  }

  /** Never rejects: what fails is told and tried again. */
  async #attend(): Promise<void> {
    clearTimeout(this.#retryTimer)
    this.#retryTimer = undefined
    try {
      await this.#thread.settle()
      if (!this.#left) this.#events.onTrouble(undefined)
    } catch (error) {
      if (this.#left) return
      this.#events.onTrouble(error)
      clearTimeout(this.#retryTimer)
      this.#retryTimer = setTimeout(() => void this.#attend(), retryMs)
    }
  }

  async #read(thread: ChatThreadClient): Promise<void> {
    this.#messages.clear()
    for await (const message of thread.listMessages()) {
      if (message.type !== 'text' || !message.content?.message) continue
      this.#remember(message.id, message.senderDisplayName, message.content.message, message.sender)
    }
    this.#publish()
  }

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
