/**
 * Walks through the sign-in page as a browser would: one GET, one form POST, the cookie in between.
 */

import { createHash, randomBytes } from 'node:crypto'
import type { LocalAzure } from '@latchkey/local-azure'

export interface Credentials {
  readonly email: string
  readonly password: string
}

/** Signs in at an authorize address and answers where the browser is sent back to. */
export function signInAt(authorizeUrl: string, { email, password }: Credentials): Promise<URL> {
  return answerPageAt(authorizeUrl, { action: 'sign-in', email, password })
}

/** Sends the form of the page at an authorize address and answers where the browser is sent back to. */
export async function answerPageAt(authorizeUrl: string, fields: Record<string, string>): Promise<URL> {
  const page = await fetch(authorizeUrl, { redirect: 'manual' })
  const text = await page.text()
  const action = (/<form method="post" action="([^"]*)"/.exec(text)?.[1] ?? '').replaceAll('&amp;', '&')
  const transaction = /name="transaction" value="([^"]*)"/.exec(text)?.[1] ?? ''
  const response = await fetch(action, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: page.headers.get('set-cookie')?.split(';')[0] ?? '' },
    body: new URLSearchParams({ transaction, ...fields }),
  })
  const location = response.headers.get('location')
  if (location === null) throw new Error(`No redirect: ${response.status} ${await response.text()}`)
  return new URL(location)
}

/** An id token as an app of its own would get it: code + PKCE at the sign-in policy, no Latchkey in between. */
export async function fetchIdToken(
  localAzure: LocalAzure,
  credentials: Credentials,
  provider: 'b2c' | 'externalId' = 'b2c',
  elsewhere: { readonly metadata?: string; readonly page?: Record<string, string> } = {},
): Promise<string> {
  const { metadata, clientId, clientSecret } = { ...localAzure.endpoints.entra[provider], ...elsewhere }
  const document = (await (await fetch(metadata)).json()) as Record<string, string>
  const codeVerifier = randomBytes(32).toString('base64url')
  const redirectUri = 'http://localhost:3000/auth/callback'
  const authorize = new URL(document['authorization_endpoint'] ?? '')
  for (const [name, value] of Object.entries({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: `openid profile email ${provider === 'b2c' ? clientId : ''}`.trim(),
    state: 's',
    nonce: 'n',
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  }))
    authorize.searchParams.set(name, value)
  const back = await answerPageAt(authorize.href, elsewhere.page ?? { action: 'sign-in', ...credentials })
  const response = await fetch(document['token_endpoint'] ?? '', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      client_secret: clientSecret,
      code: back.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
    }),
  })
  const { id_token: idToken } = (await response.json()) as { id_token?: string }
  if (idToken === undefined) throw new Error('There is no id token')
  return idToken
}

export const alice: Credentials = { email: 'alice@contoso.example', password: 'Front-Door-4280' }
export const bob: Credentials = { email: 'bob@contoso.example', password: 'Front-Door-4281' }
