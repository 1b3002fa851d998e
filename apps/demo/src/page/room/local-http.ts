/**
 * Lets the chat client, which insists on https, speak to local Azure over http, so that no certificate has to be
 * trusted on this machine. Endpoints of Azure are left as they are.
 */

import type { ChatClientOptions } from '@azure/communication-chat'

type Policy = NonNullable<ChatClientOptions['additionalPolicies']>[number]['policy']

/** What a ChatClient for `endpoint` is made with. */
export function localHttp(endpoint: string): { readonly url: string; readonly options: ChatClientOptions } {
  const { protocol, hostname, port } = new URL(endpoint)
  if (protocol !== 'http:' || (hostname !== '127.0.0.1' && hostname !== 'localhost')) {
    return { url: endpoint, options: {} }
  }
  const secure = `https://${hostname}:${port}`
  const policy: Policy = {
    name: 'localHttp',
    sendRequest: (request, next) => {
      request.url = request.url.replace(secure, `http://${hostname}:${port}`)
      request.allowInsecureConnection = true
      return next(request)
    },
  }
  const additionalPolicies = [{ policy, position: 'perRetry' as const }]
  // Real-time notifications have a pipeline of their own, which the type does not mention.
  const options = { additionalPolicies, signalingClientOptions: { additionalPolicies } }
  return { url: secure, options }
}
