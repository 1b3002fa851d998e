/** Azure's chat client, with tokens from Latchkey. */

import { ChatClient } from '@azure/communication-chat'
import { AzureCommunicationTokenCredential } from '@latchkey/common'
import { latchkey } from '../latchkey.ts'
import { heldTokens } from '../token-shelf.ts'
import { localHttp } from './local-http.ts'

/** A chat client of the signed-in person. */
export async function connectChat(): Promise<{ readonly client: ChatClient; readonly userId: string }> {
  const { endpoint, userId } = await latchkey.communicationToken(['chat'])
  const credential = new AzureCommunicationTokenCredential({
    refreshProactively: true,
    tokenRefresher: async () => {
      const { token, expiresOn } = await latchkey.communicationToken(['chat'])
      heldTokens.put({ service: 'Communication', grants: 'chat', expiresOn })
      return token
    },
  })
  const { url, options } = localHttp(endpoint)
  return { client: new ChatClient(url, credential, options), userId }
}
