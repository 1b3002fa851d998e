/**
 * The same tokens in the shapes that the Chat and Fluid clients ask for.
 */

import { AzureCommunicationTokenCredential } from '@latchkey/common'
import type { LatchkeyClient } from './latchkey-client.ts'

/** A credential for Azure's Chat and Calling clients; always fresh, one request at a time. */
export type CommunicationCredential = AzureCommunicationTokenCredential

/** Makes a credential whose tokens come from the server. */
export function createCommunicationCredential(
  latchkey: LatchkeyClient,
  scopes?: readonly string[],
): CommunicationCredential {
  return new AzureCommunicationTokenCredential({
    refreshProactively: true,
    tokenRefresher: async () => {
      const { token, expiresOn } = await latchkey.communicationToken(scopes)
      return { token, expiresOnTimestamp: Date.parse(expiresOn) }
    },
  })
}

/** What AzureClient takes as its `tokenProvider`. */
export interface FluidProvider {
  fetchOrdererToken(tenantId: string, documentId?: string, refresh?: boolean): Promise<{ jwt: string }>
  fetchStorageToken(tenantId: string, documentId: string, refresh?: boolean): Promise<{ jwt: string }>
}

const marginMs = 60_000

/** Makes a provider whose tokens come from the server; a token is used until a minute before its end. */
export function createFluidTokenProvider(latchkey: LatchkeyClient): FluidProvider {
  const held = new Map<string, { readonly jwt: Promise<string>; usableUntilMs: number }>()
  const fetch = async (_tenantId: string, documentId = '', refresh = false): Promise<{ jwt: string }> => {
    const known = held.get(documentId)
    if (known && !refresh && Date.now() < known.usableUntilMs) return { jwt: await known.jwt }
    // Usable while it is on the way, so that the two questions of one load are one request.
    const entry = { jwt: ask(documentId), usableUntilMs: Number.POSITIVE_INFINITY }
    held.set(documentId, entry)
    return { jwt: await entry.jwt }
  }
  const ask = async (documentId: string): Promise<string> => {
    try {
      const answer = await latchkey.fluidToken(documentId === '' ? undefined : documentId)
      const entry = held.get(documentId)
      if (entry) entry.usableUntilMs = Date.parse(answer.expiresOn) - marginMs
      return answer.token
    } catch (error) {
      held.delete(documentId)
      throw error
    }
  }
  return { fetchOrdererToken: fetch, fetchStorageToken: fetch }
}
