/** Somebody who signs in to Teams: External ID of local Azure, without a page. */

import type { LocalAzure } from '@latchkey/local-azure'
import type { GetTokenForTeamsUserOptions } from '../src/index.ts'

/** What names them, and proves it. */
export type TeamsUser = Pick<GetTokenForTeamsUserOptions, 'clientId' | 'teamsUserAadToken' | 'userObjectId'>

/** What their token is exchanged by. */
export async function signInToTeams({ endpoints }: LocalAzure): Promise<TeamsUser> {
  const { clientId, metadata } = endpoints.entra.externalId
  const tenant = metadata.replace('/v2.0/.well-known/openid-configuration', '/oauth2/v2.0')
  const [user] = endpoints.users
  const post = async (step: string, form: Record<string, string>): Promise<Record<string, string>> => {
    const body = new URLSearchParams({ client_id: clientId, ...form })
    const response = await fetch(`${tenant}/${step}`, { method: 'POST', body })
    return (await response.json()) as Record<string, string>
  }
  const carried = (from: Record<string, string>) => ({ continuation_token: from['continuation_token'] ?? '' })
  const challenge_type = 'password redirect'
  const started = await post('initiate', { username: user?.email ?? '', challenge_type })
  const challenged = await post('challenge', { ...carried(started), challenge_type })
  const answered = await post('token', {
    ...carried(challenged),
    grant_type: 'password',
    password: user?.password ?? '',
    scope: 'https://auth.msft.communication.azure.com/Teams.ManageCalls',
  })
  const teamsUserAadToken = answered['access_token'] ?? ''
  const claims = JSON.parse(Buffer.from(teamsUserAadToken.split('.')[1] ?? '', 'base64url').toString())
  return { teamsUserAadToken, clientId, userObjectId: claims.oid }
}
