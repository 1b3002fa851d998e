/**
 * The bytes of a request body, whatever form the body has.
 */

import { LatchkeyError } from '../errors.ts'

/** Why a request cannot be signed. */
export type SigningErrorCode =
  /** The body is of an unknown type, or a form that the pipeline has not encoded yet. */
  'ERR_SIGN_BODY'

/** The parts of a request its body comes from. */
export interface RequestWithBody {
  readonly body?: unknown
  readonly formData?: unknown
  readonly multipartBody?: unknown
}

/**
 * Reads the body of a request: text, bytes, a Blob, a stream of the web or of Node, or a function that answers one.
 *
 * @throws {@link LatchkeyError} `ERR_SIGN_BODY`.
 */
export async function readBody(
  request: RequestWithBody,
): Promise<Uint8Array<ArrayBuffer> | string | undefined> {
  if (request.formData !== undefined || request.multipartBody !== undefined) throw unreadable('form')
  const { body } = request
  return read(typeof body === 'function' ? await body() : body)
}

/** Reads a body that is text or bytes already. @throws {@link LatchkeyError} `ERR_SIGN_BODY`. */
export function parseBytes(body: unknown): Uint8Array<ArrayBuffer> | string {
  if (body === undefined || body === null) return ''
  if (typeof body === 'string') return body
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  if (ArrayBuffer.isView(body))
    return copyShared(new Uint8Array(body.buffer, body.byteOffset, body.byteLength))
  throw unreadable(typeof body)
}

async function read(body: unknown): Promise<Uint8Array<ArrayBuffer> | string | undefined> {
  if (body === undefined || body === null) return undefined
  if (typeof body !== 'object' || body instanceof ArrayBuffer || ArrayBuffer.isView(body))
    return parseBytes(body)
  if ('arrayBuffer' in body && typeof body.arrayBuffer === 'function')
    return new Uint8Array(await body.arrayBuffer())
  if (body instanceof ReadableStream) return new Uint8Array(await new Response(body).arrayBuffer())
  if (Symbol.asyncIterator in body) return collect(body as AsyncIterable<unknown>)
  throw unreadable('object')
}

async function collect(chunks: AsyncIterable<unknown>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: (Uint8Array<ArrayBuffer> | string)[] = []
  for await (const chunk of chunks) parts.push((await read(chunk)) ?? '')
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

// Cryptography refuses views of shared memory, which could change while they are hashed.
function copyShared(view: Uint8Array): Uint8Array<ArrayBuffer> {
  return view.buffer instanceof ArrayBuffer ? (view as Uint8Array<ArrayBuffer>) : new Uint8Array(view)
}

function unreadable(type: string): LatchkeyError<SigningErrorCode> {
  return new LatchkeyError('The body cannot be signed: its bytes are not known yet', {
    code: 'ERR_SIGN_BODY',
    details: { type },
  })
}
