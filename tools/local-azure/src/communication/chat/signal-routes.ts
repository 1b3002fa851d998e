/**
 * The operations that say what somebody is doing: reading up to a message, and typing.
 */

import { chatVersions } from '../api-versions.ts'
import { readText, requireText } from '../body-fields.ts'
import { forbidden, notFound } from '../errors.ts'
import type { Route } from '../routes.ts'
import type { Chat, ChatCall } from './chat.ts'
import { answerPage, parsePageSize, parseSkip } from './paging.ts'
import { formatReceipt } from './wire-format.ts'

// Larger threads have neither receipts nor typing.
const maxParticipantsWithSignals = 20

/** The operations on receipts and typing. */
export function signalRoutes(chat: Chat): readonly Route<ChatCall['caller']>[] {
  const path = '/chat/threads/{threadId}'
  return [
    { method: 'POST', path: `${path}/readReceipts`, versions: chatVersions, handle: sendReceipt },
    { method: 'GET', path: `${path}/readReceipts`, versions: chatVersions, handle: listReceipts },
    { method: 'POST', path: `${path}/typing`, versions: chatVersions, handle: sendTyping },
  ]

  function sendReceipt(call: ChatCall): Response {
    const { me, thread } = chat.enter(call, 'sendReceipt')
    assertSmall(thread.id)
    const message = chat.messages.find(thread.id, requireText(call.json(), 'chatMessageId'))
    if (!message || message.createdAtMs < me.shareHistoryMs) throw notFound('The chat message')
    const atMs = chat.resource.host.clock.now()
    const receipt = { identity: me.identity, messageId: message.id, readAtMs: atMs }
    if (chat.receipts.put(thread.id, receipt)) {
      chat.tell(thread.id, { kind: 'readReceipt', sender: me.identity, messageId: message.id, atMs })
    }
    return new Response(null, { status: 200 })
  }

  function listReceipts(call: ChatCall): Response {
    const { thread } = chat.enter(call, 'listReceipts')
    assertSmall(thread.id)
    const size = parsePageSize(call.query)
    const skip = parseSkip(call.query)
    const found = chat.receipts.list(thread.id, skip, size + 1)
    return answerPage(call, found, size, formatReceipt, () => ({ skip: String(skip + size) }))
  }

  function sendTyping(call: ChatCall): Response {
    const { me, thread } = chat.enter(call, 'sendTyping')
    assertSmall(thread.id)
    const senderDisplayName = readText(call.json(), 'senderDisplayName') ?? me.displayName ?? ''
    const atMs = chat.resource.host.clock.now()
    chat.tell(thread.id, { kind: 'typing', sender: me.identity, senderDisplayName, atMs })
    return new Response(null, { status: 200 })
  }

  function assertSmall(threadId: string): void {
    if (chat.participants.count(threadId) > maxParticipantsWithSignals) throw forbidden()
  }
}
