/**
 * The examples of the README, run.
 */

import { expect } from 'vitest'
import { settingsOf, startLocalAzure } from '../../src/index.ts'
import { test } from '../../src/testing.ts'

test('a person signs in by password', async ({ localAzure }) => {
  const { clientId, ropcMetadata } = localAzure.endpoints.entra.b2c
  const { token_endpoint: url } = (await (await fetch(ropcMetadata)).json()) as { token_endpoint: string }
  const body = new URLSearchParams({
    grant_type: 'password',
    client_id: clientId,
    scope: `openid ${clientId} offline_access`,
    username: 'test@test.com',
    password: 'abc',
  })
  expect((await fetch(url, { method: 'POST', body })).status).toBe(200)
})

test('startLocalAzure without vitest', async () => {
  const localAzure = await startLocalAzure({ portBase: 0, data: false })
  const settings = settingsOf(localAzure.endpoints)
  expect(Object.keys(settings).every((name) => name.startsWith('LATCHKEY_'))).toBe(true)
  expect(Object.entries(settings).filter(([, value]) => value === '' || value.includes('undefined'))).toEqual(
    [],
  )
  localAzure.clock.advanceSeconds(3_600)
  localAzure.faults.add({ service: 'cosmos', kind: 'drop-response', match: 'POST /dbs/', times: 2 })
  expect(localAzure.faults.list()).toHaveLength(1)
  await localAzure.close()
})

test('the settings stay the same for the same keys', async () => {
  const localAzure = await startLocalAzure({ portBase: 0, data: false })
  const { LATCHKEY_REFRESH_KEYS: refresh = '', LATCHKEY_SIGNING_KEYS: signing = '' } = settingsOf(
    localAzure.endpoints,
  )
  expect(settingsOf(localAzure.endpoints)).toEqual(settingsOf(localAzure.endpoints))
  for (const keys of [signing, refresh]) expect(keys).toMatch(/^emulator-1:LatchkeyLocalKey[\w+/]{70}==$/)
  expect(signing).not.toBe(refresh)
  await localAzure.close()
})
