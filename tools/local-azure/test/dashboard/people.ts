/**
 * What people and programs do elsewhere while somebody looks at the dashboard.
 */

import { CosmosClient } from '@azure/cosmos'
import type { Endpoints } from '../../src/index.ts'
import { openPage, sendPage } from '../entra/sign-in.ts'

/** Signs in by password; the status of the answer. */
export async function signInStatus({ entra }: Endpoints, email: string, password: string): Promise<number> {
  const { token_endpoint: url } = (await (await fetch(entra.b2c.ropcMetadata)).json()) as {
    token_endpoint: string
  }
  const body = new URLSearchParams({
    grant_type: 'password',
    client_id: entra.b2c.clientId,
    scope: `openid ${entra.b2c.clientId}`,
    username: email,
    password,
  })
  return (await fetch(url, { method: 'POST', body })).status
}

/** Sets a new password on the page for those who forgot it. */
export async function resetPassword(
  { entra, dashboard }: Endpoints,
  email: string,
  password: string,
): Promise<void> {
  const policy = entra.b2c.metadata.replace('B2C_1_signupsignin', 'B2C_1_passwordreset')
  const query = new URLSearchParams({
    client_id: entra.b2c.clientId,
    redirect_uri: `${dashboard.url}/signed-in`,
    response_type: 'code',
    scope: 'openid',
  })
  const page = await openPage(`${policy.split('/v2.0/')[0]}/oauth2/v2.0/authorize?${query}`)
  const answer = await sendPage(page, { action: 'reset', email, password })
  if (answer.status !== 303) throw new Error(`The page answered ${answer.status}`)
}

/** Gives somebody a permission, and with it a token. */
export async function mintCosmosToken({ cosmos }: Endpoints, userId: string): Promise<void> {
  const database = new CosmosClient({ endpoint: cosmos.endpoint, key: cosmos.key }).database(cosmos.database)
  const { user } = await database.users.upsert({ id: userId })
  const resource = database.container('Profile').url
  await user.permissions.upsert({ id: 'Profile', permissionMode: 'read' as never, resource })
}
