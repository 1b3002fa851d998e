/** What the API and the demo do after everything was reset on the dashboard: they begin again, with the data. */

import { type Everything, startEverything } from '@latchkey/start'
import { afterAll, beforeAll, expect, test } from 'vitest'

interface Permission {
  readonly id: string
  readonly resource: string
  readonly _token: string
  readonly resourcePartitionKey: readonly string[]
}

let everything: Everything

beforeAll(async () => {
  everything = await startEverything({ portBase: 0, data: false })
})
afterAll(() => everything?.close())

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
async function call(name: string, parameters: Record<string, string>, method = 'GET'): Promise<any> {
  const { functionKey, functionsUrl } = everything.endpoints.api
  const query = new URLSearchParams({ ...parameters, code: functionKey })
  const response = await fetch(`${functionsUrl}/${name}?${query}`, { method })
  return { status: response.status, ...((await response.json()) as object) }
}

/** What the service answers to each permission of a guest and of an admin, and what changing a role answers. */
async function useEverything() {
  const { email = '', password = '' } = everything.endpoints.users[0] ?? {}
  const { token } = await call('GetRefreshAndAccessToken', { email, password })
  const ownTokens = await call('GetResourceTokens', { refresh_token: token.refresh_token })
  const guestTokens = await call('GetResourceTokens', {})
  const opened: [string, number][] = []
  for (const permission of [...ownTokens.permissions, ...guestTokens.permissions] as Permission[]) {
    const response = await fetch(`${everything.endpoints.cosmos.endpoint}/${permission.resource}/docs`, {
      headers: {
        authorization: encodeURIComponent(permission._token),
        'x-ms-date': new Date().toUTCString(),
        'x-ms-version': '2020-07-15',
        'x-ms-documentdb-partitionkey': JSON.stringify(permission.resourcePartitionKey),
      },
    })
    opened.push([permission.id, response.status])
  }
  const change = { auth_token: token.access_token, email: 'test@test.com', role: 'editor' }
  const { status } = await call('UpdateRole', change, 'POST')
  const page = await fetch(everything.endpoints.demo.url)
  return { opened, status, page: page.status }
}

test('roles change and every token opens what it opened before, without a restart', async () => {
  const before = await useEverything()
  expect(before).toMatchObject({ status: 200, page: 200 })
  expect(before.opened.length).toBeGreaterThan(2)
  expect(before.opened.filter(([, status]) => status !== 200)).toEqual([])
  const reset = (): Promise<Response> =>
    fetch(`${everything.endpoints.dashboard.url}/reset`, { method: 'POST' })
  // Twice at once, as an impatient click does.
  const answers = await Promise.all([reset(), reset()])
  expect(answers.map(({ status }) => status)).toEqual([204, 204])
  expect(await useEverything()).toEqual(before)
})
