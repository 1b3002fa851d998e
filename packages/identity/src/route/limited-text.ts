/**
 * Reads a body no further than it may be long.
 */

/** The text of a request's body, or `undefined` when it is longer than `maxBytes`; the rest is then not read. */
export async function readLimitedText(request: Request, maxBytes: number): Promise<string | undefined> {
  // What the sender says may be wrong, but not in their favour.
  if (Number(request.headers.get('content-length')) > maxBytes) return undefined
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop cancels the stream.
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) return undefined
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}
