/**
 * How chat things stand in JSON.
 */

import { formatWireIdentifier, parseRawId, type WireIdentifier } from '@latchkey/common'
import type { Metadata } from '../body-fields.ts'
import { formatSecond } from '../instants.ts'
import type { Message, MessageContent } from './messages.ts'
import type { Participant } from './participants.ts'
import type { ReadReceipt } from './read-receipts.ts'
import type { Thread } from './threads.ts'

/** An identifier from its raw id. */
export function formatIdentifier(rawId: string): WireIdentifier {
  return formatWireIdentifier(parseRawId(rawId))
}

/** A thread with its properties. */
export function formatThread(thread: Thread): object {
  const { createdAtMs, createdBy, id, metadata, retentionDays, topic } = thread
  return {
    id,
    topic,
    createdOn: formatSecond(createdAtMs),
    createdByCommunicationIdentifier: formatIdentifier(createdBy),
    ...formatMetadata(metadata),
    retentionPolicy:
      retentionDays === undefined
        ? { kind: 'none' }
        : { kind: 'threadCreationDate', deleteThreadAfterDays: retentionDays },
  }
}

/** A thread in a list. */
export function formatThreadItem({ deletedAtMs, id, lastMessageAtMs, topic }: Thread): object {
  const deletedOn = deletedAtMs === undefined ? {} : { deletedOn: formatSecond(deletedAtMs) }
  return { id, topic, ...deletedOn, lastMessageReceivedOn: formatSecond(lastMessageAtMs) }
}

/** A participant. */
export function formatParticipant({ displayName, identity, metadata, shareHistoryMs }: Participant): object {
  return {
    communicationIdentifier: formatIdentifier(identity),
    ...(displayName === undefined ? {} : { displayName }),
    shareHistoryTime: formatSecond(shareHistoryMs),
    ...formatMetadata(metadata),
  }
}

/** A message. */
export function formatMessage(message: Message): object {
  const { createdAtMs, deletedAtMs, editedAtMs, id, metadata, sender, senderDisplayName, sequence, type } =
    message
  return {
    id,
    type,
    sequenceId: String(sequence),
    version: message.version,
    content: formatContent(message.content),
    ...(senderDisplayName === undefined ? {} : { senderDisplayName }),
    createdOn: formatSecond(createdAtMs),
    ...(sender === undefined ? {} : { senderCommunicationIdentifier: formatIdentifier(sender) }),
    ...(deletedAtMs === undefined ? {} : { deletedOn: formatSecond(deletedAtMs) }),
    ...(editedAtMs === undefined ? {} : { editedOn: formatSecond(editedAtMs) }),
    ...formatMetadata(metadata),
  }
}

/** A read receipt. */
export function formatReceipt({ identity, messageId, readAtMs }: ReadReceipt): object {
  return {
    senderCommunicationIdentifier: formatIdentifier(identity),
    chatMessageId: messageId,
    readOn: formatSecond(readAtMs),
  }
}

function formatContent({ initiator, message, participants, topic }: MessageContent): object {
  return {
    ...(message === undefined ? {} : { message }),
    ...(topic === undefined ? {} : { topic }),
    ...(participants === undefined ? {} : { participants: participants.map(formatParticipant) }),
    ...(initiator === undefined ? {} : { initiatorCommunicationIdentifier: formatIdentifier(initiator) }),
  }
}

function formatMetadata(metadata: Metadata): object {
  return Object.keys(metadata).length > 0 ? { metadata } : {}
}
