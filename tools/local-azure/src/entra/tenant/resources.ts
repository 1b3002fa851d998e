/**
 * What access tokens of Entra can be for.
 */

import type { EntraContext } from '../entra-context.ts'

/** Something tokens are for. */
export interface Resource {
  /** The audience, and what scopes begin with. */
  readonly uri: string
  /** Other spellings of it. */
  readonly aliases: readonly string[]
  readonly name: string
  /** What people can let an application do. */
  readonly scopes: readonly string[]
}

const graphAppId = '00000003-0000-0000-c000-000000000000'
const teamsAppId = '1fd5118e-2576-4263-8130-9503064c837a'

/** The services of Azure that local Azure has, or whose tokens its services look at. */
export const resources: readonly Resource[] = [
  {
    uri: 'https://graph.microsoft.com',
    aliases: [graphAppId],
    name: 'Microsoft Graph',
    scopes: ['User.Read', 'openid', 'profile', 'email'],
  },
  {
    uri: 'https://communication.azure.com',
    aliases: [teamsAppId, 'https://auth.msft.communication.azure.com'],
    name: 'Azure Communication Services',
    scopes: [
      'Teams.ManageCalls',
      'Teams.ManageChats',
      'TeamsExtension.ManageCalls',
      'user_impersonation',
      'clients.voip',
      'clients.chat',
    ],
  },
  {
    uri: 'https://communication.azure.com/clients',
    aliases: [],
    name: 'Azure Communication Services clients',
    scopes: ['VoIP', 'VoIP.Join', 'Chat', 'Chat.Join', 'Chat.Join.Limited'],
  },
  { uri: 'https://cosmos.azure.com', aliases: [], name: 'Azure Cosmos DB', scopes: ['user_impersonation'] },
]

/** The audience for a resource as a client names it, or `undefined` when the tenant does not know it. */
export function findAudience(context: EntraContext, asked: string): string | undefined {
  const bare = asked.replace(/\/+$/, '')
  const found = resources.find(({ aliases, uri }) => uri === bare || aliases.includes(bare))
  if (found) return asked
  const isApplication = context.applications
    .list()
    .some(({ clientId }) => bare === clientId || bare === `api://${clientId}`)
  // A local Graph is also named by where it is.
  const isHere = asked.startsWith(new URL(context.host.endpoints().graph.endpoint).origin)
  if (isHere) return 'https://graph.microsoft.com'
  return isApplication ? bare.replace('api://', '') : undefined
}

/** The scopes people can let an application have of a resource. */
export function scopesOf(audience: string): readonly string[] {
  const bare = audience.replace(/\/+$/, '')
  const found = resources.find(({ aliases, uri }) => uri === bare || aliases.includes(bare))
  return found?.scopes ?? ['user_impersonation', 'access']
}
