/**
 * The request limits of chat.
 *
 * Figures: https://learn.microsoft.com/azure/communication-services/concepts/service-limits#chat
 */

import type { Limit, ServiceLimits } from '../service-limits.ts'

interface ChatLimit {
  /** Whose requests are counted together. */
  readonly per: 'user' | 'thread' | 'userAndThread'
  readonly limits: readonly Limit[]
}

const inTenSeconds = (requests: number): Limit => ({ requests, windowSeconds: 10 })
const inAMinute = (requests: number): Limit => ({ requests, windowSeconds: 60 })

/** A counted chat operation. */
export type ChatOperation =
  | 'createThread'
  | 'deleteThread'
  | 'updateThread'
  | 'changeParticipants'
  | 'readThreads'
  | 'getMessage'
  | 'listMessages'
  | 'listReceipts'
  | 'listParticipants'
  | 'changeMessage'
  | 'sendReceipt'
  | 'sendTyping'

const chatLimits: Readonly<Record<ChatOperation, readonly ChatLimit[]>> = {
  createThread: [{ per: 'user', limits: [inTenSeconds(10)] }],
  deleteThread: [{ per: 'user', limits: [inTenSeconds(10)] }],
  updateThread: [{ per: 'thread', limits: [inTenSeconds(5)] }],
  changeParticipants: [{ per: 'thread', limits: [inTenSeconds(10), inAMinute(30)] }],
  readThreads: [{ per: 'user', limits: [inTenSeconds(50)] }],
  getMessage: [
    { per: 'userAndThread', limits: [inTenSeconds(50)] },
    { per: 'thread', limits: [inTenSeconds(250)] },
  ],
  listMessages: [
    { per: 'userAndThread', limits: [inTenSeconds(50), inAMinute(200)] },
    { per: 'thread', limits: [inTenSeconds(250), inAMinute(400)] },
  ],
  listReceipts: [
    { per: 'userAndThread', limits: [inTenSeconds(5)] },
    { per: 'thread', limits: [inTenSeconds(100)] },
  ],
  listParticipants: [
    { per: 'userAndThread', limits: [inTenSeconds(10)] },
    { per: 'thread', limits: [inTenSeconds(250)] },
  ],
  changeMessage: [{ per: 'thread', limits: [inTenSeconds(10), inAMinute(30)] }],
  sendReceipt: [{ per: 'userAndThread', limits: [inTenSeconds(10), inAMinute(30)] }],
  sendTyping: [
    { per: 'userAndThread', limits: [inTenSeconds(5), inAMinute(15)] },
    { per: 'thread', limits: [inTenSeconds(10), inAMinute(30)] },
  ],
}

/**
 * Counts one chat operation.
 *
 * @throws {@link CommunicationError} `TooManyRequests`.
 */
export function countChatOperation(
  limits: ServiceLimits,
  operation: ChatOperation,
  identity: string,
  threadId: string,
): void {
  for (const { limits: windows, per } of chatLimits[operation]) {
    const scope = { user: identity, thread: threadId, userAndThread: `${identity} ${threadId}` }[per]
    limits.count(`${operation} per ${per}`, scope, ...windows)
  }
}
