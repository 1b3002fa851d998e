/**
 * Packets of Socket.IO 0.9, as far as the real-time notifications use them: `type:id[+]:endpoint[:data]`.
 */

import { isJsonObject } from '../json-body.ts'

/** A packet from a client. */
export type ClientPacket =
  | {
      readonly kind: 'event'
      readonly name: string
      readonly args: readonly unknown[]
      readonly acknowledge: string | undefined
    }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'disconnect' | 'heartbeat' | 'other' }

const form = /^(\d):(\d{1,9}\+?)?:[^:]*(?::([\s\S]*))?$/

/** Reads a packet; `undefined` for a text that is none. */
export function parsePacket(text: string): ClientPacket | undefined {
  const [whole, type, id = '', data = ''] = form.exec(text) ?? []
  if (whole === undefined) return undefined
  switch (type) {
    case '0':
      return { kind: 'disconnect' }
    case '2':
      return { kind: 'heartbeat' }
    case '3':
      return { kind: 'message', text: data }
    case '5':
      return parseEvent(data, id === '' ? undefined : id.replace('+', ''))
    default:
      return { kind: 'other' }
  }
}

/** Says that the connection stands. */
export const connectPacket = '1::'
/** Ends the connection. */
export const disconnectPacket = '0::'
/** Answers a heartbeat. */
export const heartbeatPacket = '2::'

/** A text for the other side. */
export function formatMessage(text: string): string {
  return `3:::${text}`
}

/** A named event. */
export function formatEvent(name: string, ...args: readonly unknown[]): string {
  return `5:::${JSON.stringify({ name, args })}`
}

/** Confirms the packet with this id. */
export function formatAcknowledgement(id: string, ...args: readonly unknown[]): string {
  return `6:::${id}+${JSON.stringify(args)}`
}

function parseEvent(data: string, acknowledge: string | undefined): ClientPacket | undefined {
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch {
    return undefined
  }
  if (!isJsonObject(value) || typeof value['name'] !== 'string') return undefined
  const args = Array.isArray(value['args']) ? value['args'] : []
  return { kind: 'event', name: value['name'], args, acknowledge }
}
