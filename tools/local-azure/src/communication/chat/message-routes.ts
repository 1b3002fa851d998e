/**
 * The operations on messages.
 */

import { chatVersions } from '../api-versions.ts'
import { mergeMetadata, readInstantMs, readText } from '../body-fields.ts'
import { badRequest, CommunicationError, forbidden, notFound } from '../errors.ts'
import type { Route } from '../routes.ts'
import type { Chat, ChatCall, Membership } from './chat.ts'
import { latestSequence, type Message } from './messages.ts'
import { answerPage, formatSyncState, parsePageSize, parseSyncState } from './paging.ts'
import { formatMessage } from './wire-format.ts'

/** The longest message, in bytes of UTF-8. */
export const maxMessageBytes: number = 28 * 1024

const defaultPageSize = 10

/** The operations on messages. */
export function messageRoutes(chat: Chat): readonly Route<ChatCall['caller']>[] {
  const path = '/chat/threads/{threadId}/messages'
  const one = `${path}/{messageId}`
  return [
    { method: 'POST', path, versions: chatVersions, handle: send },
    { method: 'GET', path, versions: chatVersions, handle: list },
    { method: 'GET', path: one, versions: chatVersions, handle: describe },
    { method: 'PATCH', path: one, versions: chatVersions, handle: edit },
    { method: 'DELETE', path: one, versions: chatVersions, handle: remove },
  ]

  function send(call: ChatCall): Response {
    const { me, thread } = chat.enter(call, 'changeMessage')
    const body = call.json()
    const type = body['type'] ?? 'text'
    if (type !== 'text' && type !== 'html') throw badRequest('type must be text or html.', 'type')
    const message = parseContent(body['content'])
    if (message === undefined) throw badRequest('The content field is required.', 'content')
    const senderDisplayName = readText(body, 'senderDisplayName') ?? ''
    const metadata = mergeMetadata(body)
    const draft = { type, content: { message }, sender: me.identity, senderDisplayName, metadata } as const
    const sent = chat.messages.add(thread.id, draft)
    chat.tell(thread.id, { kind: 'messageReceived', message: sent })
    const location = `${call.linkOrigin}${call.path}/${sent.id}`
    return Response.json({ id: sent.id }, { status: 201, headers: { location } })
  }

  function list(call: ChatCall): Response {
    const { me, thread } = chat.enterToRead(call, 'listMessages')
    const size = parsePageSize(call.query, defaultPageSize)
    const sinceMs = readInstantMs(call.query.get('startTime'), 'startTime') ?? 0
    const before = parseSequence(parseSyncState(call.query))
    const readable = {
      fromMs: Math.max(sinceMs, me.shareHistoryMs),
      asOfSequence: me.lastReadableSequence ?? latestSequence,
    }
    const found = chat.messages.list(thread.id, readable, before, size + 1)
    return answerPage(call, found, size, formatMessage, ({ sequence }) => formatSyncState(String(sequence)))
  }

  function describe(call: ChatCall): Response {
    return Response.json(formatMessage(require(call, chat.enterToRead(call, 'getMessage'))))
  }

  function edit(call: ChatCall): Response {
    const message = requireOwn(call)
    const body = call.json()
    const text = parseContent(body['content'])
    const content = text === undefined ? message.content : { ...message.content, message: text }
    const edited = chat.messages.edit(message, content, mergeMetadata(body, message.metadata))
    chat.tell(message.threadId, { kind: 'messageEdited', message: edited })
    return new Response(null, { status: 204 })
  }

  function remove(call: ChatCall): Response {
    const message = requireOwn(call)
    const deleted = chat.messages.delete(message)
    chat.tell(message.threadId, { kind: 'messageDeleted', message: deleted })
    return new Response(null, { status: 204 })
  }

  function require(call: ChatCall, { me, thread }: Membership): Message {
    const message = chat.messages.find(thread.id, call.parameters['messageId'] ?? '', me.lastReadableSequence)
    if (!message || message.createdAtMs < me.shareHistoryMs) throw notFound('The chat message')
    return message
  }

  // Only who sent a message may change it, and nobody one of the service's own.
  function requireOwn(call: ChatCall): Message {
    const message = require(call, chat.enter(call, 'changeMessage'))
    if (message.sender !== call.caller.identity) throw forbidden()
    if (message.deletedAtMs !== undefined) throw notFound('The chat message')
    return message
  }
}

function parseContent(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string' || value === '') throw badRequest('content must be a text.', 'content')
  if (Buffer.byteLength(value) <= maxMessageBytes) return value
  const message = `The message is larger than ${maxMessageBytes} bytes.`
  throw new CommunicationError('PayloadTooLarge', message, { target: 'content' })
}

function parseSequence(text: string | undefined): number {
  if (text === undefined) return latestSequence
  if (!/^\d{1,15}$/.test(text)) throw badRequest('syncState is not valid.', 'syncState')
  return Number(text)
}
