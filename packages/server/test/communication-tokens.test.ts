/**
 * Tokens for Communication Services when answers are lost: users are counted at the service.
 */

import { createMemoryStore, type ReconcileReport } from '@latchkey/identity'
import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { type CommunicationTokensOptions, communicationTokens } from '../src/tokens/communication.ts'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { bob } from './support/sign-in-page.ts'

function liveUsers(localAzure: LocalAzure): string[] {
  const [identities] = localAzure.services.communication.overview?.() ?? []
  return (identities?.rows ?? []).filter(([, , , deleted]) => deleted === '').map(([id]) => id ?? '')
}

async function begin(
  localAzure: LocalAzure,
  options: CommunicationTokensOptions = {},
): Promise<{ server: LocalServer; bearer: string }> {
  localAzure.faults.clear()
  await localAzure.reset()
  const server = createLocalServer(localAzure, { ports: { tokenServices: [communicationTokens(options)] } })
  const session = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } })
  return { server, bearer: session.json.accessToken }
}

const route = '/v1/tokens/communication'
const lostAnswers = { service: 'communication', kind: 'drop-response', match: 'POST /identities?' } as const

test('a user is made under a custom id, and that is all the preview is asked for', async ({ localAzure }) => {
  const { server, bearer } = await begin(localAzure)
  expect((await server.call('POST', route, { bearer, body: {} })).status).toBe(200)
  const versions = localAzure.requests
    .list('communication')
    .map(({ path }) => new URL(path, 'http://x').searchParams.get('api-version'))
    .toReversed()
  expect(versions).toEqual(['2025-04-01-preview', '2023-10-01'])
})

test('lost answers leave one user, whoever comes next', async ({ localAzure }) => {
  const { server, bearer } = await begin(localAzure)
  localAzure.faults.add({ ...lostAnswers, times: 4 })
  expect((await server.call('POST', route, { bearer, body: {} })).status).toBe(502)
  expect(liveUsers(localAzure)).toHaveLength(1)
  localAzure.clock.advanceSeconds(21)
  await server.latchkey.sweep()
  const answer = await server.call('POST', route, { bearer, body: {} })
  expect([answer.json.userId]).toEqual(liveUsers(localAzure))
})

test('with a stable api-version the sweep tells what may be left, until its person goes', async ({
  localAzure,
}) => {
  const reports: ReconcileReport[] = []
  const { server, bearer } = await begin(localAzure, {
    clientOptions: { apiVersion: '2023-10-01' },
    onReconcile: (report) => void reports.push(report),
  })
  localAzure.faults.add({ ...lostAnswers, times: 1 })
  expect((await server.call('POST', route, { bearer, body: {} })).status).toBe(502)
  expect((await server.call('POST', route, { bearer, body: {} })).status).toBe(200)
  await server.latchkey.sweep()
  await server.call('DELETE', '/v1/me', { bearer })
  await server.latchkey.sweep()
  expect(reports.map(({ unaccounted }) => unaccounted)).toEqual([1, 0])
  expect(reports[0]).toMatchObject({ usesCustomIds: false, possibleOrphans: [{ since: expect.any(Date) }] })
  expect(liveUsers(localAzure)).toHaveLength(1)
})

test('what may be left is a warning of the process, unless somebody is told', async ({ localAzure }) => {
  const { server, bearer } = await begin(localAzure, { clientOptions: { apiVersion: '2023-10-01' } })
  localAzure.faults.add({ ...lostAnswers, times: 1 })
  await server.call('POST', route, { bearer, body: {} })
  const warned = new Promise<Error & { code?: string }>((resolve) => process.once('warning', resolve))
  await server.latchkey.sweep()
  expect((await warned).code).toBe('LATCHKEY_POSSIBLE_ORPHANS')
})

test('servers with purposes of their own share nobody', async ({ localAzure }) => {
  const { server, bearer } = await begin(localAzure)
  await server.call('POST', route, { bearer, body: {} })
  const other = createLocalServer(localAzure, {
    ports: { tokenServices: [communicationTokens({ purpose: 'staging' })] },
    environment: { LATCHKEY_COSMOS_SYSTEM_DATABASE: 'another-system' },
  })
  const session = await other.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } })
  const answer = await other.call('POST', route, { bearer: session.json?.accessToken, body: {} })
  expect([session.status, answer.status]).toEqual([201, 200])
  expect(liveUsers(localAzure)).toHaveLength(2)
})

test('servers with purposes of their own share nobody on one store either', async ({ localAzure }) => {
  const store = createMemoryStore()
  const { server, bearer } = await begin(localAzure, { store })
  const first = await server.call('POST', route, { bearer, body: {} })
  const options = { store, purpose: 'support' }
  const other = createLocalServer(localAzure, { ports: { tokenServices: [communicationTokens(options)] } })
  const session = await other.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } })
  const second = await other.call('POST', route, { bearer: session.json.accessToken, body: {} })
  expect(liveUsers(localAzure)).toEqual([first.json.userId, second.json.userId])
})

test('a throttled service says when to come back', async ({ localAzure }) => {
  const { server, bearer } = await begin(localAzure)
  localAzure.faults.add({ service: 'communication', kind: '429', times: 4, retryAfterSeconds: 70 })
  const answer = await server.call('POST', route, { bearer, body: {} })
  expect(answer.headers.get('retry-after')).toBe('70')
})
