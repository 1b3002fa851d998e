/**
 * An HTTP client under which @azure/cosmos sends a request once.
 *
 * By itself the SDK asks again ten times, a second apart, when the connection of a read breaks, and 120 times when a read
 * gets no answer in time or the address is not known: minutes, in which a caller of ours waits. How often is asked again,
 * and for how long, is decided in one place: `cosmos-retry.ts`.
 */

import type { HttpClient } from '@azure/core-rest-pipeline'

/** A request that nobody answered, under a code the SDK does not know and so does not repeat. */
export class Unanswered extends Error {
  override readonly name: string = 'Unanswered'
  readonly code: string = 'COSMOS_UNANSWERED'
  /** Why, in the words of the network: `ECONNRESET`, `ENOTFOUND`, `ETIMEDOUT`. */
  readonly networkCode: string

  constructor(networkCode: string) {
    super(`Cosmos DB gave no answer (${networkCode})`)
    this.networkCode = networkCode
  }
}

/** Wraps a client. Rejects with {@link Unanswered} when the connection breaks, or nothing came for `timeoutMs`. */
export function singleAttemptClient(client: HttpClient, timeoutMs: number): HttpClient {
  return {
    sendRequest: async (request) => {
      const timeout = new AbortController()
      const timer = setTimeout(() => timeout.abort(), timeoutMs)
      const given = request.abortSignal
      const signals = given instanceof AbortSignal ? [given] : []
      request.abortSignal = AbortSignal.any([timeout.signal, ...signals])
      try {
        return await client.sendRequest(request)
      } catch (error) {
        if (timeout.signal.aborted) throw new Unanswered('ETIMEDOUT')
        throw isAborted(error) ? error : new Unanswered(networkCodeOf(error))
      } finally {
        clearTimeout(timer)
        if (given) request.abortSignal = given
      }
    },
  }
}

function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

function networkCodeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'REQUEST_SEND_ERROR'
}
