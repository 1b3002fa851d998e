/** Azure's chat client, with tokens from Latchkey. */

import { ChatClient } from '@azure/communication-chat'
import { AzureCommunicationTokenCredential } from '@latchkey/common'
import type { CommunicationToken } from '@latchkey/server/client'
import { latchkey } from '../latchkey.ts'
import { heldTokens } from '../token-shelf.ts'
import { localHttp } from './local-http.ts'

/** A chat client of the signed-in person. */
export async function connectChat(): Promise<{ readonly client: ChatClient; readonly userId: string }> {
  const { token, endpoint, userId } = await fetchToken()
  const credential = new AzureCommunicationTokenCredential({
    token,
    refreshProactively: true,
    tokenRefresher: async () => (await fetchToken()).token,
  })
  const { url, options } = localHttp(endpoint)
  return { client: new ChatClient(url, credential, options), userId }
}

async function fetchToken(): Promise<CommunicationToken> {
  const fetched = await latchkey.communicationToken(['chat'])
  heldTokens.put({ service: 'Communication', grants: 'chat', expiresOn: fetched.expiresOn })
  return fetched
}
