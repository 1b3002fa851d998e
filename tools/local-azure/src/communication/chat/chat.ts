/**
 * Chat of the resource: its stores, who may do what, and who is told.
 */

import type { TokenBearer } from '../access-tokens.ts'
import { forbidden, notFound } from '../errors.ts'
import type { CommunicationResource } from '../resource.ts'
import type { Call } from '../routes.ts'
import type { TokenScope } from '../token-scopes.ts'
import { clearChatTables, createChatTables } from './chat-database.ts'
import type { ChatEvent, Notify } from './chat-events.ts'
import { type ChatOperation, countChatOperation } from './chat-limits.ts'
import { Messages } from './messages.ts'
import { type Participant, Participants } from './participants.ts'
import { ReadReceipts } from './read-receipts.ts'
import { type Thread, Threads } from './threads.ts'

/** A chat operation being asked for by a user. */
export type ChatCall = Call<TokenBearer>

/** A thread with the participant who asks for it. */
export interface Membership {
  readonly thread: Thread
  readonly me: Participant
}

// Which token scopes allow what: https://learn.microsoft.com/azure/communication-services/concepts/identity-model
const ownersOnly: readonly TokenScope[] = ['chat']
const inviters: readonly TokenScope[] = ['chat', 'chat.join']
const needed: Partial<Record<ChatOperation, readonly TokenScope[]>> = {
  createThread: ownersOnly,
  updateThread: ownersOnly,
  deleteThread: ownersOnly,
  changeParticipants: inviters,
}

const sweepMs = 3_600_000

/** Chat: threads with their participants, messages and receipts. */
export class Chat {
  readonly resource: CommunicationResource
  readonly threads: Threads
  readonly participants: Participants
  readonly messages: Messages
  readonly receipts: ReadReceipts
  readonly #notify: Notify
  #cancelSweep: () => void = () => undefined

  constructor(resource: CommunicationResource, notify: Notify) {
    const { clock, database } = resource.host
    createChatTables(database)
    this.resource = resource
    this.threads = new Threads(database, clock)
    this.participants = new Participants(database)
    this.messages = new Messages(database, clock)
    this.receipts = new ReadReceipts(database)
    this.#notify = notify
    this.#sweep()
  }

  /** Checks that the caller's token allows an operation that is about no thread in particular, and counts it. */
  admit({ caller }: ChatCall, operation: ChatOperation): void {
    const scopes = needed[operation]
    if (scopes && !caller.scopes.some((scope) => scopes.includes(scope))) throw forbidden()
    countChatOperation(this.resource.limits, operation, caller.identity, '')
  }

  /** The thread the call names, if the caller may do this in it; counts the operation. */
  enter(call: ChatCall, operation: ChatOperation): Membership {
    return this.#enter(call, operation, (threadId, identity) => this.participants.find(threadId, identity))
  }

  /** The same for reading messages, which somebody who was removed may still do up to that moment. */
  enterToRead(call: ChatCall, operation: ChatOperation): Membership {
    return this.#enter(call, operation, (threadId, identity) =>
      this.participants.findPresentOrFormer(threadId, identity),
    )
  }

  /** Tells everybody in a thread, and `others` besides. */
  tell(threadId: string, event: ChatEvent, others: readonly string[] = []): void {
    const recipients = [...new Set([...this.participants.identities(threadId), ...others])]
    this.#notify({ threadId, recipients, event })
  }

  /** Deletes the threads whose retention has run out. */
  deleteOverdue(): void {
    for (const { id } of this.threads.listOverdue()) {
      this.threads.delete(id)
      this.tell(id, { kind: 'threadDeleted', by: undefined, atMs: this.resource.host.clock.now() })
    }
  }

  /** Takes a deleted user out of every thread. */
  forgetIdentity(identity: string): void {
    this.resource.host.database.run('DELETE FROM participants WHERE identity = ?', identity)
  }

  /** Forgets every thread. */
  reset(): void {
    clearChatTables(this.resource.host.database)
  }

  /** Ends the watch over retention. */
  close(): void {
    this.#cancelSweep()
  }

  #enter(
    { caller, parameters }: ChatCall,
    operation: ChatOperation,
    find: (threadId: string, identity: string) => Participant | undefined,
  ): Membership {
    const scopes = needed[operation]
    if (scopes && !caller.scopes.some((scope) => scopes.includes(scope))) throw forbidden()
    this.deleteOverdue()
    const thread = this.threads.find(parameters['threadId'] ?? '')
    if (!thread) throw notFound('The chat thread')
    const me = find(thread.id, caller.identity)
    if (!me) throw forbidden()
    countChatOperation(this.resource.limits, operation, caller.identity, thread.id)
    return { thread, me }
  }

  #sweep(): void {
    this.#cancelSweep = this.resource.host.clock.schedule(sweepMs, () => {
      this.deleteOverdue()
      this.#sweep()
    })
  }
}
