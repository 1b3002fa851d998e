/**
 * The unmodified @azure/identity as judge.
 */

import { ManagedIdentityCredential } from '@azure/identity'
import { decodeJwt } from 'jose'
import { afterEach, expect, vi } from 'vitest'
import { test } from '../../src/testing.ts'

afterEach(() => vi.unstubAllEnvs())

test('ManagedIdentityCredential gets a token Graph takes', async ({ localAzure }) => {
  const { entra, graph } = localAzure.endpoints
  vi.stubEnv('IDENTITY_ENDPOINT', entra.managedIdentity.endpoint)
  vi.stubEnv('IDENTITY_HEADER', entra.managedIdentity.header)
  const credential = new ManagedIdentityCredential()
  const { token, expiresOnTimestamp } = await credential.getToken('https://graph.microsoft.com/.default')
  expect(decodeJwt(token)).toMatchObject({ aud: 'https://graph.microsoft.com', idtyp: 'app' })
  expect(expiresOnTimestamp).toBeGreaterThan(Date.now() + 86_000_000)
  const users = await fetch(`${graph.endpoint}/users`, { headers: { authorization: `Bearer ${token}` } })
  expect(users.status).toBe(200)
})

const url = (endpoint: string, query: string): string => `${endpoint}?${query}`
const good = 'api-version=2019-08-01&resource=https://graph.microsoft.com'

test.for([
  ['no header', good, undefined, 401],
  ['a wrong header', good, 'wrong', 401],
  ['no resource', 'api-version=2019-08-01', 'right', 400],
  ['no version', 'resource=https://graph.microsoft.com', 'right', 400],
  ['an unknown resource', 'api-version=2019-08-01&resource=https://elsewhere.example', 'right', 400],
  ['an unknown identity', `${good}&client_id=00000000-0000-4000-8000-000000000000`, 'right', 400],
] as const)('refuses %s', async ([, query, header, status], { localAzure }) => {
  const { endpoint, header: secret } = localAzure.endpoints.entra.managedIdentity
  const value = header === 'right' ? secret : header
  const response = await fetch(url(endpoint, query), value ? { headers: { 'x-identity-header': value } } : {})
  expect(response.status).toBe(status)
  expect(JSON.stringify(await response.json())).not.toContain(secret)
})
