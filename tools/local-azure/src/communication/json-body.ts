/**
 * Reads request bodies: bounded, then strictly UTF-8 JSON.
 */

import { decodeUtf8, type JsonObject } from '@latchkey/common'
import { CommunicationError } from './errors.ts'

/** The largest body any operation takes. */
export const maxBodyBytes: number = 1024 * 1024

/** Reads a body of at most {@link maxBodyBytes}. */
export async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength
    if (length > maxBodyBytes) throw tooLarge()
    chunks.push(chunk)
  }
  const body = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.byteLength
  }
  return body
}

/** Reads a JSON object; an empty body is an empty object. */
export function parseJsonObject(body: Uint8Array): JsonObject {
  if (body.byteLength === 0) return {}
  const text = decodeUtf8(body)
  if (text === undefined) throw malformed()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw malformed()
  }
  if (!isJsonObject(value)) throw malformed()
  return value
}

/** Tells whether a parsed value is a JSON object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(): CommunicationError {
  return new CommunicationError('BadRequest', 'The request body is not a valid JSON object.')
}

function tooLarge(): CommunicationError {
  return new CommunicationError('PayloadTooLarge', `The request body is larger than ${maxBodyBytes} bytes.`)
}
