import { settingsOf } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { createApp, createLatchkey, parseSettings } from '../src/index.ts'

test('calls are counted by function key, and another key is not held up', async ({ localAzure }) => {
  const { LATCHKEY_API_KEY: _checkedByTheHost, ...environment } = settingsOf(localAzure.endpoints)
  // Where a Functions host checks the keys, the app sees all of them.
  const settings = parseSettings({ ...environment, NODE_ENV: 'development' }, 'functions-host')
  const latchkey = createLatchkey(settings, { clock: localAzure.clock })
  const app = createApp(latchkey, { limits: { functionKey: { points: 2, seconds: 60 } } })
  const call = async (headers: Record<string, string>, query = ''): Promise<Response> =>
    await app.request(`${settings.publicUrl}/api/GetUserInfo?email=test@test.com${query}`, { headers })

  expect((await call({ 'x-functions-key': 'first-key' })).status).toBe(200)
  expect((await call({}, '&code=first-key')).status).toBe(200)
  const refused = await call({ 'x-functions-key': 'first-key' })
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.text()).not.toContain('first-key')
  expect((await call({ 'x-functions-key': 'second-key' })).status).toBe(200)
})
