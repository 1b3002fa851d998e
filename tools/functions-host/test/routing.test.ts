import { app, type HttpHandler } from '@azure/functions'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FunctionsHost, startFunctionsHost } from '../src/index.ts'

let host: FunctionsHost

const tell: HttpHandler = (request, context) => ({
  jsonBody: { name: context.functionName, params: request.params },
})

beforeAll(async () => {
  host = await startFunctionsHost({
    routePrefix: 'svc',
    app: () => {
      app.http('Plain', { handler: tell })
      app.http('rest', { route: 'files/{*path}', handler: tell })
      app.http('one', { route: 'files/{name}', handler: tell })
      app.http('number', { route: 'files/{id:int}', handler: tell })
      app.http('literal', { route: 'files/readme', handler: tell })
      app.http('maybe', { route: 'maybe/{id?}', handler: tell })
      app.http('nothing', { methods: ['DELETE'], route: 'nothing', handler: () => undefined as never })
      app.http('post', { methods: ['POST'], route: 'files/{name}', handler: tell })
    },
  })
})
afterAll(() => host.close())

const cases: readonly [method: string, path: string, name: string, params: Record<string, string>][] = [
  ['GET', '/svc/Plain', 'Plain', {}],
  ['GET', '/svc/plain/', 'Plain', {}],
  ['GET', '/SVC/PLAIN', 'Plain', {}],
  ['GET', '/svc/files/readme', 'literal', {}],
  ['GET', '/svc/files/12', 'number', { id: '12' }],
  ['GET', '/svc/files/a%20b', 'one', { name: 'a b' }],
  ['POST', '/svc/files/x', 'one', { name: 'x' }],
  ['GET', '/svc/files/a/b/c', 'rest', { path: 'a/b/c' }],
  ['GET', '/svc/files', 'rest', {}],
  ['GET', '/svc/maybe', 'maybe', {}],
  ['GET', '/svc/maybe/7', 'maybe', { id: '7' }],
]

describe('a route', () => {
  test.for(cases)('%s %s goes to %s', async ([method, path, name, params]) => {
    const response = await fetch(`${host.url}${path}`, { method })
    expect(await response.json()).toEqual({ name, params })
  })

  test.for([
    ['GET', '/api/Plain'],
    ['GET', '/Plain'],
    ['DELETE', '/svc/Plain'],
    ['GET', '/svc/maybe/7/8'],
    ['GET', '/svc/%zz'],
  ] as const)('%s %s is unknown', async ([method, path]) => {
    const response = await fetch(`${host.url}${path}`, { method })
    expect([response.status, await response.text()]).toEqual([404, ''])
  })

  test('a function that answers nothing answers 204', async () => {
    expect((await fetch(`${host.url}/svc/nothing`, { method: 'DELETE' })).status).toBe(204)
  })

  test('the root shows that the app runs', async () => {
    expect(await (await fetch(host.url)).text()).toMatch(/running/)
  })

  test('an unsupported template stops the start', async () => {
    const start = startFunctionsHost({
      app: () => app.http('bad', { route: 'a-{b}/c', handler: tell }),
    })
    await expect(start).rejects.toThrow('a-{b}')
  })
})
