/**
 * A case of something refused, and what refusals of B2C look like.
 */

import { expect } from 'vitest'
import type { Answer, EntraUnderTest } from './entra-under-test.ts'

export type Refusal = readonly [
  name: string,
  code: number,
  error: string,
  ask: (entra: EntraUnderTest) => Promise<Answer>,
]

/** A client id nobody has. */
export const stranger: string = '00000000-0000-4000-8000-000000000000'

/** What a web page asks for itself. */
export const spa = (entra: EntraUnderTest): Record<string, string> => ({
  client_id: entra.id('b2c-spa-client'),
  scope: `openid ${entra.id('b2c-spa-client')}`,
})

export const disableBob = async (entra: EntraUnderTest): Promise<void> => {
  const token = await entra.graphToken()
  const { status } = await entra.graph(token, 'PATCH', `/users/${entra.host.keys.id('user:bob')}`, {
    accountEnabled: false,
  })
  expect(status).toBe(204)
}
export const deleteBob = async (entra: EntraUnderTest): Promise<void> => {
  const { status } = await entra.graph(
    await entra.graphToken(),
    'DELETE',
    `/users/${entra.host.keys.id('user:bob')}`,
  )
  expect(status).toBe(204)
}
export const revokeBob = async (entra: EntraUnderTest): Promise<void> => {
  const path = `/users/${entra.host.keys.id('user:bob')}/revokeSignInSessions`
  expect((await entra.graph(await entra.graphToken(), 'POST', path)).status).toBe(200)
}
export const refresh = (
  entra: EntraUnderTest,
  token: string,
  fields = {},
  policy = 'b2c_1_ropc',
): Promise<Answer> =>
  entra.b2cToken(
    { grant_type: 'refresh_token', client_id: entra.id('b2c-client'), refresh_token: token, ...fields },
    policy,
  )
export const ropcRefreshToken = async (entra: EntraUnderTest): Promise<string> =>
  (await entra.byPassword()).json.refresh_token
export const codeRefreshToken = async (entra: EntraUnderTest): Promise<string> =>
  (await entra.redeem(await entra.code())).json.refresh_token
export const tampered = (token: string): string => {
  const parts = token.split('.')
  parts[3] = `${parts[3]?.startsWith('A') ? 'B' : 'A'}${parts[3]?.slice(1)}`
  return parts.join('.')
}

/** The three lines of a description. */
export function b2cDescription(code: number): RegExp {
  const time = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ'
  return new RegExp(`^AADB2C${code}: .+\\r\\nCorrelation ID: [0-9a-f-]{36}\\r\\nTimestamp: ${time}\\r\\n$`)
}

/** Checks an answer of the token endpoint for its whole shape. */
export function expectRefusal(entra: EntraUnderTest, answer: Answer, code: number, error: string): void {
  const { headers, json, status, text } = answer
  expect(status).toBe(400)
  expect(json).toEqual({ error, error_description: expect.stringMatching(b2cDescription(code)) })
  expect(headers.get('cache-control')).toContain('no-store')
  expect(headers.get('x-ms-gateway-requestid')).toBeTruthy()
  for (const secret of ['Front-Door-4281', entra.secret('b2c-client')]) expect(text).not.toContain(secret)
}
