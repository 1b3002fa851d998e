/**
 * What clients send over a socket once they are connected, checked before the server parts see it: those take every
 * message for what the protocol says it is, and what they throw would end the process.
 */

import { UnreadableRequest } from './restless.ts'
import { listAt, numberAt, objectAt, textAt } from './untrusted.ts'

/** Checks the arguments of an event. Throws `UnreadableRequest`. */
export function checkSocketMessage(event: string, args: readonly unknown[]): void {
  if (event === 'submitOp') checkOperations({ clientId: args[0], batches: args[1] })
  if (event === 'submitSignal') textAt({ clientId: args[0] }, 'clientId')
}

function checkOperations(message: object): void {
  textAt(message, 'clientId')
  for (const batch of listAt(message, 'batches')) {
    for (const operation of Array.isArray(batch) ? batch : [batch]) checkOperation({ operation })
  }
}

function checkOperation(message: object): void {
  const operation = objectAt(message, 'operation')
  numberAt(operation, 'clientSequenceNumber')
  // Deli takes -1 for "whatever is newest", and the lowest of all clients becomes everybody's minimum.
  if (Reflect.get(operation, 'referenceSequenceNumber') !== -1) numberAt(operation, 'referenceSequenceNumber')
  // Broadcaster adds to them, and begins again for ever when it cannot.
  if (Reflect.get(operation, 'traces') !== undefined) listAt(operation, 'traces')
  const type = textAt(operation, 'type')
  // Scribe and every client read the contents of these two.
  if (type === 'propose') textAt(contentsOf(operation), 'key')
  if (type === 'summarize') checkSummary(contentsOf(operation))
}

function checkSummary(summary: object): void {
  textAt(summary, 'handle')
  // A client that has no summary to go on from leaves it out.
  if (Reflect.get(summary, 'head') !== undefined) textAt(summary, 'head')
  for (const parent of listAt(summary, 'parents')) textAt({ parent }, 'parent')
}

function contentsOf(operation: object): object {
  return objectAt({ contents: parseJson(textAt(operation, 'contents')) }, 'contents')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // JSON.parse would quote the text.
    throw new UnreadableRequest(400, 'contents must be JSON')
  }
}
