/**
 * Where the ordering of a document goes on after its process ended, in whatever way.
 *
 * Every operation is in the log before any part of the pipeline hears of it (orderers.ts). A process that is killed
 * therefore leaves deli's checkpoint behind the log and never ahead of it, and the log is what everybody may have seen:
 * deli is told what it had ordered and not yet noted. Were it not, it would give a number that is taken to another
 * operation, or forget that somebody came.
 */

import type { FluidDocument } from './documents.ts'
import type { ISequencedOperationMessage } from './relay.ts'

type Operation = ISequencedOperationMessage['operation']

/** A client in deli's checkpoint. */
interface DeliClient {
  readonly clientId: string
  readonly clientSequenceNumber: number
  readonly referenceSequenceNumber: number
  readonly lastUpdate: number
  readonly canEvict: boolean
  readonly nack: boolean
  readonly scopes: readonly string[]
}

/** The part of deli's checkpoint that is read here. */
export interface DeliState {
  readonly sequenceNumber: number
  readonly clients?: readonly DeliClient[]
  readonly lastSentMSN?: number
  readonly expHash1?: string
  readonly logOffset: number
}

/** The part of scribe's checkpoint that is read here. */
interface ScribeState {
  readonly sequenceNumber: number
}

export function deliStateOf(document: FluidDocument): DeliState {
  return JSON.parse(document.deli) as DeliState
}

export function scribeStateOf(document: FluidDocument): ScribeState {
  return JSON.parse(document.scribe) as ScribeState
}

/**
 * Brings deli's checkpoint level with the operations that were kept after it, in order.
 *
 * Clients that are still in the document are known well enough to leave it, which is all that is left for them to do.
 */
export function advanceDeli(deli: DeliState, later: readonly Operation[]): DeliState {
  const last = later.at(-1)
  if (!last) return deli
  const clients = new Map((deli.clients ?? []).map((client) => [client.clientId, client]))
  for (const operation of later) {
    if (operation.type === 'leave') clients.delete(dataOf(operation) as string)
    if (operation.type === 'join') {
      const joined = clientOf(operation)
      clients.set(joined.clientId, joined)
    }
  }
  const { sequenceNumber, minimumSequenceNumber: minimum, expHash1 } = last
  return {
    ...deli,
    sequenceNumber,
    lastSentMSN: minimum,
    ...(expHash1 !== undefined && { expHash1 }),
    // The minimum is the lowest of these, and clients close when it ever falls.
    clients: [...clients.values()].map((client) => ({
      ...client,
      referenceSequenceNumber: Math.max(client.referenceSequenceNumber, minimum),
    })),
  }
}

function clientOf(join: Operation): DeliClient {
  const { clientId, detail } = dataOf(join) as { clientId: string; detail: { scopes: readonly string[] } }
  return {
    clientId,
    clientSequenceNumber: 0,
    referenceSequenceNumber: join.minimumSequenceNumber,
    lastUpdate: join.timestamp,
    canEvict: true,
    nack: false,
    scopes: detail.scopes,
  }
}

function dataOf(operation: Operation): unknown {
  return JSON.parse(operation.data ?? 'null')
}
