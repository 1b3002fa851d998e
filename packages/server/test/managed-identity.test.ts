/**
 * Graph without a secret: the machine's managed identity, as App Service offers it.
 */

import { test } from '@latchkey/local-azure/testing'
import { expect, vi } from 'vitest'
import { createLocalServer } from './support/local-server.ts'
import { bob } from './support/sign-in-page.ts'

test('the app token comes from the identity endpoint', async ({ localAzure }) => {
  const { endpoint, header } = localAzure.endpoints.entra.managedIdentity
  vi.stubEnv('IDENTITY_ENDPOINT', endpoint)
  vi.stubEnv('IDENTITY_HEADER', header)
  try {
    const server = createLocalServer(localAzure, {
      environment: { LATCHKEY_GRAPH_CLIENT_SECRET: '', LATCHKEY_GRAPH_CLIENT_ID: '' },
    })
    const answer = await server.api('CheckAccount', { email: bob.email })
    expect(answer).toMatchObject({ status: 200, json: { exist: true } })
    expect(localAzure.requests.list('entra').some(({ path }) => path.startsWith('/msi/token'))).toBe(true)
  } finally {
    vi.unstubAllEnvs()
  }
})
