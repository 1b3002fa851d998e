/** What the far side holds: users counted at local Azure itself. */

import type { LocalAzure } from '@latchkey/local-azure'
import { CommunicationIdentityClient, type CommunicationIdentityClientOptions } from '../src/index.ts'

/** Of the directory beside the one under test, whose users live for a moment. */
export const visitPurpose = 'visit'

/** The ids of all users that live at the service, oldest first. */
export function liveUsers(localAzure: LocalAzure): string[] {
  const [identities] = localAzure.services.communication.overview?.() ?? []
  if (identities?.title !== 'Identities') throw new Error('Local Azure shows no identities')
  return identities.rows.filter(([, , , deleted]) => deleted === '').map(([id]) => id ?? '')
}

export function clientOf(
  localAzure: LocalAzure,
  options: CommunicationIdentityClientOptions = {},
): CommunicationIdentityClient {
  const { accessKey, endpoint } = localAzure.endpoints.communication
  const retryOptions = { retryDelayInMs: 1 }
  return new CommunicationIdentityClient(endpoint, { key: accessKey }, { retryOptions, ...options })
}

/** Everything an iteration yields. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}
