/**
 * What happens in chat, told to whoever delivers it live.
 */

import type { Message } from './messages.ts'
import type { Participant } from './participants.ts'
import type { Thread } from './threads.ts'

/** Something that happened. */
export type ChatEvent =
  | { readonly kind: 'messageReceived' | 'messageEdited' | 'messageDeleted'; readonly message: Message }
  | {
      readonly kind: 'typing'
      readonly sender: string
      readonly senderDisplayName: string
      readonly atMs: number
    }
  | {
      readonly kind: 'readReceipt'
      readonly sender: string
      readonly messageId: string
      readonly atMs: number
    }
  | {
      readonly kind: 'threadCreated'
      readonly thread: Thread
      readonly participants: readonly Participant[]
      readonly by: Participant
    }
  | {
      readonly kind: 'threadUpdated'
      readonly thread: Thread
      readonly by: Participant
      readonly atMs: number
    }
  | { readonly kind: 'threadDeleted'; readonly by: Participant | undefined; readonly atMs: number }
  | {
      readonly kind: 'participantsAdded' | 'participantsRemoved'
      readonly participants: readonly Participant[]
      readonly by: Participant
      readonly atMs: number
    }

/** An event on its way to the participants of a thread. */
export interface ChatNotification {
  readonly threadId: string
  /** Raw ids of everybody who is told. */
  readonly recipients: readonly string[]
  readonly event: ChatEvent
}

/** Hands a notification on. */
export type Notify = (notification: ChatNotification) => void
