/**
 * The chat thread of a room: made by whoever finds none, entered by everybody whom somebody inside has let in.
 */

import type { ChatClient, ChatThreadClient } from '@azure/communication-chat'
import type { OpenRoom } from './open-room.ts'

/** What a thread is kept with. */
export interface RoomThreadOptions {
  readonly client: ChatClient
  readonly room: Pick<OpenRoom, 'state' | 'members' | 'threadId' | 'setThreadId'>
  readonly userId: string
  readonly displayName: string
  /** Reads a thread from its beginning; rejects as the service does to whoever is not in it. */
  readonly read: (thread: ChatThreadClient) => Promise<void>
}

/** One person's part in the thread of a room. */
export class RoomThread {
  readonly #options: RoomThreadOptions
  readonly #letIn = new Set<string>()
  #entered: ChatThreadClient | undefined
  #closed: string | undefined
  #own: string | undefined
  #current: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined

  constructor(options: RoomThreadOptions) {
    this.#options = options
  }

  /** The thread, for whoever is in it. */
  get entered(): ChatThreadClient | undefined {
    return this.#entered
  }

  /** Somebody may have let this person in: the next {@link settle} tries the door again. */
  knock(): void {
    this.#closed = undefined
  }

  /**
   * Does what is left to do after the room's document has changed, and nothing twice: makes the thread, enters it, lets
   * the others in. What failed is done by the next call. Calls while it is at work share the one that follows.
   */
  settle(): Promise<void> {
    this.#next ??= this.#current.then(() => {
      this.#next = undefined
      const work = this.#settle()
      this.#current = work.catch(() => undefined)
      return work
    })
    return this.#next
  }

  async #settle(): Promise<void> {
    if (this.#options.room.threadId() === undefined) await this.#make()
    await this.#removeLost()
    await this.#enter()
    await this.#addMembers()
  }

  async #make(): Promise<void> {
    const { client, room, userId, displayName } = this.#options
    // Away from the relay, a thread that the others have had for long would not be seen, and ours would replace it later.
    if (room.state() !== 'live') return
    if (this.#own === undefined) {
      const me = { id: { communicationUserId: userId }, displayName }
      const { chatThread } = await client.createChatThread({ topic: 'Room' }, { participants: [me] })
      this.#own = chatThread?.id
    }
    if (this.#own !== undefined && room.threadId() === undefined) room.setThreadId(this.#own)
  }

  /** Of two who made a thread at once, the document has one's in the end, whoever it is; the other's goes. */
  async #removeLost(): Promise<void> {
    const { client, room } = this.#options
    const threadId = room.threadId()
    if (this.#own === undefined || threadId === undefined || this.#own === threadId) return
    const lost = this.#own
    this.#own = undefined
    // One that stays is in nobody's way.
    await client.deleteChatThread(lost).catch(() => undefined)
  }

  /** Until one of the others has let this person in, the thread is closed to them, and asking again would not help. */
  async #enter(): Promise<void> {
    const { client, room, read } = this.#options
    const threadId = room.threadId()
    if (threadId === undefined || threadId === this.#closed || threadId === this.#entered?.threadId) return
    this.#entered = undefined
    this.#letIn.clear()
    const thread = client.getChatThreadClient(threadId)
    try {
      await read(thread)
      this.#entered = thread
    } catch (error) {
      const status = (error as { statusCode?: number }).statusCode
      if (status !== 403 && status !== 404) throw error
      this.#closed = threadId
    }
  }

  /** Lets in everybody whom the document names and the thread does not know; adding somebody twice changes nothing. */
  async #addMembers(): Promise<void> {
    const wanted = [...this.#options.room.members().values()].filter(
      ({ communicationUserId: id }) => id !== this.#options.userId && !this.#letIn.has(id),
    )
    if (!this.#entered || wanted.length === 0) return
    await this.#entered.addParticipants({
      participants: wanted.map(({ communicationUserId, displayName }) => ({
        id: { communicationUserId },
        displayName,
        shareHistoryTime: new Date(0),
      })),
    })
    for (const { communicationUserId } of wanted) this.#letIn.add(communicationUserId)
  }
}
