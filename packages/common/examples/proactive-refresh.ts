/**
 * Champion scenario 2B: a token from a callback, refreshed before it ends, in a real chat client.
 */

import { ChatClient, type ChatClientOptions } from '@azure/communication-chat'
import { type AbortSignalLike, AzureCommunicationTokenCredential, isRestError } from '@latchkey/common'

/** Where the example runs, and what the test replaces. */
export interface ProactiveRefreshSettings {
  /** `https://{resource}.communication.azure.com` */
  readonly endpoint: string
  readonly threadId: string
  /** Your own server's route, guarded by whatever sign-in it already uses. */
  readonly fetchTokenForUserFromMyServer: (user: string, abortSignal?: AbortSignalLike) => Promise<string>
  readonly chatOptions?: ChatClientOptions
}

/** A chat client, and the credential whose `dispose` ends the refreshing. */
export interface Chat {
  readonly client: ChatClient
  readonly credential: AzureCommunicationTokenCredential
}

/** Signs a user in to chat; the token stays fresh until `credential.dispose()`. */
export async function openChat(settings: ProactiveRefreshSettings, user: string): Promise<Chat> {
  const { chatOptions, endpoint, fetchTokenForUserFromMyServer } = settings
  const credential = new AzureCommunicationTokenCredential({
    tokenRefresher: async (abortSignal) => fetchTokenForUserFromMyServer(user, abortSignal),
    refreshProactively: true,
    // A refresh that fails is tried again while the present token still works; this is where to look at it.
    onRefreshError: (error) => console.warn('Refreshing the chat token failed for now:', String(error)),
  })
  try {
    // Fails now rather than in the middle of a conversation.
    await credential.getToken()
  } catch (error) {
    credential.dispose()
    throw error
  }
  return { client: new ChatClient(endpoint, credential, chatOptions), credential }
}

/** The topic of a thread, or what stands in its place. */
export async function readTopic({ client }: Chat, threadId: string): Promise<string> {
  try {
    const { topic } = await client.getChatThreadClient(threadId).getProperties()
    return topic
  } catch (error) {
    if (!isRestError(error)) throw error
    if (error.statusCode === 401) return '(sign in again)'
    if (error.statusCode === 403) return '(not one of yours)'
    if (error.statusCode === 404) return '(no such thread)'
    throw error
  }
}
