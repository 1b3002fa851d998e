/**
 * People with the provider's own tokens have no session that ends with their role. Nothing of a former role is made for
 * them again all the same: not by a replica of the directory that lags, nor by a call that was under way.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { type LocalAzureFixtures, test } from '@latchkey/local-azure/testing'
import { afterEach, expect } from 'vitest'
import { createLocalServer } from './support/local-server.ts'
import { alice, bob } from './support/sign-in-page.ts'
import { unlimited } from './support/unlimited.ts'

const environment = { LATCHKEY_API_TOKENS: 'upstream' }

async function prepare(localAzure: LocalAzure) {
  const own = createLocalServer(localAzure, { app: unlimited })
  const { accounts, stores } = own.latchkey.parts
  const id = (await accounts.findByEmail(bob.email))?.id ?? ''
  const admin = await own.call('POST', '/v1/sessions', { body: { grant: 'password', ...alice } })
  const shown = new Map<string, string>()
  let isLagging = false
  let afterLook: ((look: number) => Promise<unknown>) | undefined
  let looks = 0
  const server = createLocalServer(localAzure, {
    app: unlimited,
    environment,
    ports: {
      fetch: async (input, init) => {
        if (!String(input).includes('/graph/')) return fetch(input, init)
        const key = `${String(input)} ${String(init?.body)}`
        const old = shown.get(key)
        if (isLagging && old !== undefined)
          return new Response(old, { headers: { 'content-type': 'application/json' } })
        const answer = await fetch(input, init)
        shown.set(key, await answer.clone().text())
        looks += 1
        await afterLook?.(looks)
        return answer
      },
    },
  })
  const { json } = await server.api('GetRefreshAndAccessToken', { ...bob })
  const users = () => stores.permissions.usersWith(`${id}.`)
  for (const user of await users()) await stores.permissions.removeUser(user)
  const act = (method: string, path: string, body: object) =>
    own.call(method, `/v1/users/${id}${path}`, {
      bearer: admin.json.accessToken,
      headers: { 'if-match': '*' },
      body,
    })
  return {
    id,
    users,
    ask: () => server.api('GetResourceTokens', { refresh_token: json.token.refresh_token }),
    askByAccessToken: () => server.api('GetResourceTokens', { auth_token: json.token.access_token }),
    setRole: (role: string) => act('PUT', '/role', { role }),
    setEnabled: (enabled: boolean) => act('PATCH', '', { enabled }),
    lag: (lags: boolean) => {
      isLagging = lags
    },
    /** Acts once, after the server's look at the directory before it makes something. */
    beforeMaking: (then: () => Promise<unknown>) => {
      looks = 0
      afterLook = async (look) => {
        if (look === 2) await then()
      }
    },
  }
}

afterEach<LocalAzureFixtures>(async ({ localAzure }) => {
  const { parts } = createLocalServer(localAzure).latchkey
  const id = (await parts.accounts.findByEmail(bob.email))?.id ?? ''
  await parts.accounts.setEnabled(id, true)
  await parts.accounts.addToGroup(id, 'new')
  await parts.accounts.removeFromGroup(id, 'editor')
  localAzure.clock.advanceSeconds(3_601)
})

test('a replica that lags behind UpdateRole makes nothing of the former role', async ({ localAzure }) => {
  const { ask, askByAccessToken, setRole, lag, users, id } = await prepare(localAzure)
  expect((await ask()).json.group).toBe('new')
  expect(await users()).toEqual([`${id}.new`])
  expect((await setRole('editor')).status).toBeLessThan(300)
  lag(true)
  for (const answer of [await ask(), await askByAccessToken()])
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await users()).toEqual([])
  lag(false)
  expect(await ask()).toMatchObject({ status: 200, json: { group: 'editor' } })
  expect(await users()).toEqual([`${id}.editor`])
})

test('a call that was under way during UpdateRole takes back what it made', async ({ localAzure }) => {
  const { ask, setRole, beforeMaking, users, id } = await prepare(localAzure)
  beforeMaking(() => setRole('editor'))
  expect((await ask()).status).toBe(503)
  expect(await users()).toEqual([])
  expect(await ask()).toMatchObject({ status: 200, json: { group: 'editor' } })
  expect(await users()).toEqual([`${id}.editor`])
})

test('a call that was under way when the account was disabled does too', async ({ localAzure }) => {
  const { ask, setEnabled, beforeMaking, users } = await prepare(localAzure)
  beforeMaking(() => setEnabled(false))
  expect((await ask()).status).toBe(400)
  expect(await users()).toEqual([])
})

test('what an admin requested is no longer asked for when the directory must show it: the portal counts', async ({
  localAzure,
}) => {
  const { ask, setRole, id } = await prepare(localAzure)
  await setRole('editor')
  const { accounts } = createLocalServer(localAzure).latchkey.parts
  await accounts.addToGroup(id, 'new')
  await accounts.removeFromGroup(id, 'editor')
  expect((await ask()).status).toBe(503)
  localAzure.clock.advanceSeconds(601)
  expect(await ask()).toMatchObject({ status: 200, json: { group: 'new' } })
})
