import { app } from '@azure/functions'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FunctionsHost, startFunctionsHost } from '../src/index.ts'

let host: FunctionsHost
let calls = 0
const said: string[] = []

beforeAll(async () => {
  const handler = (): { body: string } => {
    calls += 1
    return { body: 'ran' }
  }
  host = await startFunctionsHost({
    keys: {
      master: 'master-key',
      system: ['system-key'],
      host: ['host-key', 'second-host-key'],
      functions: { Own: ['own-key'] },
    },
    settings: { 'AzureWebJobs.Off.Disabled': 'true' },
    log: ({ level, message }) => said.push(`${level} ${message}`),
    app: () => {
      app.http('Open', { authLevel: 'anonymous', handler })
      app.http('Own', { authLevel: 'function', handler })
      app.http('Other', { authLevel: 'function', handler })
      app.http('Admin', { authLevel: 'admin', handler })
      app.http('Off', { authLevel: 'anonymous', handler })
    },
  })
})
afterAll(() => host.close())

interface Case {
  readonly name: string
  readonly header?: string
  readonly code?: string
  readonly status: number
}

// The rules of the Functions host: reference in docs/decisions/functions-host.md.
const cases: readonly Case[] = [
  { name: 'Open', status: 200 },
  { name: 'Open', header: 'wrong', status: 200 },
  { name: 'Own', status: 401 },
  { name: 'Own', code: '', status: 401 },
  { name: 'Own', code: 'host-key', status: 200 },
  { name: 'Own', code: 'second-host-key', status: 200 },
  { name: 'Own', header: 'host-key', status: 200 },
  { name: 'Own', code: 'own-key', status: 200 },
  { name: 'Other', code: 'own-key', status: 401 },
  { name: 'Own', code: 'master-key', status: 200 },
  { name: 'Own', code: 'system-key', status: 401 },
  { name: 'Own', header: 'wrong', code: 'host-key', status: 401 },
  { name: 'Own', header: '', code: 'host-key', status: 401 },
  { name: 'Own', header: 'host-key', code: 'wrong', status: 200 },
  { name: 'Own', code: 'HOST-KEY', status: 401 },
  { name: 'Own', code: 'host-key&code=host-key', status: 401 },
  { name: 'Admin', code: 'host-key', status: 401 },
  { name: 'Admin', code: 'system-key', status: 401 },
  { name: 'Admin', code: 'master-key', status: 200 },
  { name: 'Off', status: 404 },
  { name: 'Off', code: 'master-key', status: 200 },
  { name: 'Nowhere', code: 'master-key', status: 404 },
]

describe('a function key', () => {
  test.for(cases)('$name, header $header, code $code: $status', async ({ name, header, code, status }) => {
    const before = calls
    const response = await fetch(`${host.url}/api/${name}${code === undefined ? '' : `?code=${code}`}`, {
      ...(header !== undefined && { headers: { 'x-functions-key': header } }),
    })
    expect(response.status).toBe(status)
    expect(calls - before).toBe(status === 200 ? 1 : 0)
    if (status === 200) return
    expect(await response.text()).toBe('')
    expect(response.headers.get('www-authenticate')).toBeNull()
  })
})

describe('the terminal', () => {
  test.for([
    ['GET', 'api/Own?code=s3cret', '401 Own: no or wrong function key; send x-functions-key or ?code='],
    ['GET', 'Own?code=s3cret', '404 GET /Own: the function is at /api/Own'],
    ['DELETE', 'api/Own', '404 DELETE /api/Own: it takes GET or POST'],
    ['GET', 'api/Nowhere', '404 GET /api/Nowhere: no function has this path'],
    ['GET', 'api/Off', '404 Off: the function is disabled by AzureWebJobs.Off.Disabled'],
  ] as const)('%s %s: says why', async ([method, path, words]) => {
    said.length = 0
    await fetch(`${host.url}/${path}`, { method })
    expect(said).toEqual([`warning ${words}`])
  })

  test('says nothing of a call that came through', async () => {
    said.length = 0
    await fetch(`${host.url}/api/Own?code=own-key`)
    expect(said).toEqual([])
  })
})

describe('the admin API', () => {
  const get = (path: string, key?: string): Promise<Response> =>
    fetch(`${host.url}${path}`, { ...(key !== undefined && { headers: { 'x-functions-key': key } }) })

  test.for([undefined, 'host-key', 'system-key', 'wrong'])('is closed to %s', async (key) => {
    expect((await get('/admin/host/status', key)).status).toBe(401)
  })

  test('tells the master key how the host is', async () => {
    expect(await (await get('/admin/host/status', 'master-key')).json()).toMatchObject({ state: 'Running' })
  })

  test("lists a function's own keys", async () => {
    const response = await get('/admin/functions/Own/keys', 'master-key')
    expect(await response.json()).toEqual({ keys: [{ name: 'key1', value: 'own-key' }] })
  })
})
