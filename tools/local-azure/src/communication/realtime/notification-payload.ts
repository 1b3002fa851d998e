/**
 * Chat events as the signaling client reads them: numbered, flat, with JSON texts inside.
 */

import type { ChatEvent, ChatNotification } from '../chat/chat-events.ts'
import type { Message } from '../chat/messages.ts'
import type { Participant } from '../chat/participants.ts'
import type { Thread } from '../chat/threads.ts'
import { formatInstant } from '../instants.ts'

const eventIds: Readonly<Record<ChatEvent['kind'], number>> = {
  messageReceived: 200,
  typing: 245,
  readReceipt: 246,
  messageEdited: 247,
  messageDeleted: 248,
  threadCreated: 257,
  threadUpdated: 258,
  threadDeleted: 259,
  participantsAdded: 260,
  participantsRemoved: 261,
}

/** What one recipient is sent. */
export function formatPayload({ event, threadId }: ChatNotification, recipient: string): object {
  const addressed = { eventId: eventIds[event.kind], recipientId: recipient, recipientMri: recipient }
  return { ...addressed, groupId: threadId, threadId, ...formatEvent(event) }
}

function formatEvent(event: ChatEvent): object {
  switch (event.kind) {
    case 'messageReceived':
    case 'messageEdited':
    case 'messageDeleted':
      return formatMessage(event.message)
    case 'typing': {
      const originalArrivalTime = formatInstant(event.atMs)
      const { sender, senderDisplayName } = event
      return { senderId: sender, senderDisplayName, originalArrivalTime, version: String(event.atMs) }
    }
    case 'readReceipt':
      return formatReceipt(event.sender, event.messageId, event.atMs)
    case 'threadCreated': {
      const { by, participants, thread } = event
      const times = { createTime: formatInstant(thread.createdAtMs), version: String(thread.createdAtMs) }
      return {
        ...times,
        createdBy: embed(formatParticipant(by)),
        members: embedAll(participants),
        ...embedProperties(thread),
      }
    }
    case 'threadUpdated': {
      const times = { editTime: formatInstant(event.atMs), version: String(event.atMs) }
      return { ...times, editedBy: embed(formatParticipant(event.by)), ...embedProperties(event.thread) }
    }
    case 'threadDeleted': {
      const times = { deleteTime: formatInstant(event.atMs), version: String(event.atMs) }
      if (!event.by) return { ...times, reason: 'deletedByPolicy' }
      return { ...times, deletedBy: embed(formatParticipant(event.by)), reason: 'deletedByUser' }
    }
    case 'participantsAdded':
    case 'participantsRemoved': {
      const added = event.kind === 'participantsAdded'
      const names = added ? ['addedBy', 'participantsAdded'] : ['removedBy', 'participantsRemoved']
      const values = [embed(formatParticipant(event.by)), embedAll(event.participants)]
      const members = Object.fromEntries(names.map((name, at) => [name, values[at]]))
      return { time: formatInstant(event.atMs), version: String(event.atMs), ...members }
    }
  }
}

function formatMessage(message: Message): object {
  const { createdAtMs, deletedAtMs, editedAtMs, id, metadata, sender, senderDisplayName, type, version } =
    message
  return {
    senderId: sender,
    senderDisplayName: senderDisplayName ?? '',
    messageId: id,
    clientMessageId: id,
    messageType: type === 'html' ? 'RichText/Html' : 'Text',
    messageBody: message.content.message ?? '',
    version,
    originalArrivalTime: formatInstant(createdAtMs),
    acsChatMessageMetadata: JSON.stringify(metadata),
    ...(editedAtMs === undefined ? {} : { edittime: formatInstant(editedAtMs) }),
    ...(deletedAtMs === undefined ? {} : { deletetime: formatInstant(deletedAtMs) }),
  }
}

function formatReceipt(sender: string, messageId: string, atMs: number): object {
  const consumptionhorizon = `${messageId};${atMs};${messageId}`
  const body = { user: sender, consumptionhorizon, messageVisibilityTime: atMs, version: String(atMs) }
  return { senderId: sender, messageId, clientMessageId: messageId, messageBody: JSON.stringify(body) }
}

function formatParticipant({ displayName, identity, metadata, shareHistoryMs }: Participant): object {
  return {
    participantId: identity,
    displayName: displayName ?? '',
    shareHistoryTime: formatInstant(shareHistoryMs),
    memberMetaData: JSON.stringify(metadata),
  }
}

function embedAll(participants: readonly Participant[]): string {
  return embed(participants.map(formatParticipant))
}

function embedProperties({ metadata, retentionDays, topic }: Thread): object {
  const policy = { retentionPolicyType: 'DeleteAfterCreationTime', executeAfter: `${retentionDays}.00:00:00` }
  const retention = retentionDays === undefined ? {} : { retentionPolicy: JSON.stringify(policy) }
  return { properties: embed({ topic, acsChatThreadMetadata: JSON.stringify(metadata), ...retention }) }
}

// The client unescapes these texts before it parses them.
function embed(value: object): string {
  return JSON.stringify(value).replaceAll('%', '%25')
}
