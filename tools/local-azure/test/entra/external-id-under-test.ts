/**
 * What the tests of External ID ask, with everything right unless said otherwise.
 */

import {
  type Answer,
  challenge,
  type EntraUnderTest,
  type Fields,
  locationOf,
  redirectUri,
} from './entra-under-test.ts'

export const tenant: string = '/contosocustomers.onmicrosoft.com'
export const bob: string = 'bob@contoso.example'

export const initiate = (e: EntraUnderTest, fields: Fields = {}): Promise<Answer> =>
  e.form(`${tenant}/oauth2/v2.0/initiate`, {
    client_id: e.id('external-id-client'),
    username: bob,
    challenge_type: 'password redirect',
    ...fields,
  })
export const challengeOf = (e: EntraUnderTest, token: string, fields: Fields = {}): Promise<Answer> =>
  e.form(`${tenant}/oauth2/v2.0/challenge`, {
    client_id: e.id('external-id-client'),
    continuation_token: token,
    challenge_type: 'password redirect',
    ...fields,
  })
export const token = (e: EntraUnderTest, fields: Fields): Promise<Answer> =>
  e.form(`${tenant}/oauth2/v2.0/token`, { client_id: e.id('external-id-client'), ...fields })
export const native = async (
  e: EntraUnderTest,
  fields: Fields = {},
  username: string = bob,
): Promise<Answer> => {
  const { continuation_token: first } = (await initiate(e, { username })).json
  const { continuation_token: second } = (await challengeOf(e, first)).json
  return token(e, {
    grant_type: 'password',
    continuation_token: second,
    password: 'Front-Door-4281',
    scope: 'openid offline_access',
    ...fields,
  })
}

export const code = async (e: EntraUnderTest, fields: Fields = {}): Promise<string> => {
  const query = new URLSearchParams({
    client_id: e.id('external-id-client'),
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid offline_access',
    ...(fields as Record<string, string>),
  })
  const page = await e.ask(`${tenant}/oauth2/v2.0/authorize?${query}`)
  const answer = await e.press(page, { action: 'sign-in', email: bob, password: 'Front-Door-4281' })
  return locationOf(answer).searchParams.get('code') ?? ''
}
export const redeem = async (e: EntraUnderTest, value: string, fields: Fields = {}): Promise<Answer> =>
  token(e, {
    grant_type: 'authorization_code',
    client_secret: e.secret('external-id-client'),
    redirect_uri: redirectUri,
    code: value,
    ...fields,
  })
export const pkce: Fields = { code_challenge: challenge, code_challenge_method: 'S256' }
export const change = async (
  e: EntraUnderTest,
  method: string,
  path: string,
  body?: unknown,
): Promise<void> => {
  const scope = 'https://graph.microsoft.com/.default'
  const client = { client_id: e.id('graph-client'), client_secret: e.secret('graph-client'), scope }
  const { json } = await e.tenantToken(client, 'contosocustomers.onmicrosoft.com')
  await e.graph(json.access_token, method, `/users/${e.host.keys.id('user:bob:external-id')}${path}`, body)
}
export const daemon = (e: EntraUnderTest, fields: Fields): Promise<Answer> =>
  e.tenantToken({
    client_id: e.id('graph-client'),
    client_secret: e.secret('graph-client'),
    scope: 'https://graph.microsoft.com/.default',
    ...fields,
  })
