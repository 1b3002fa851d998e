/**
 * Control characters and terminal escapes, in every place a text can stand: they change no header, no log line and no
 * address upstream, and are never a failure of the server.
 */

import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { routesOf } from '../src/http/app.ts'
import type { Route } from '../src/http/route.ts'
import { createJsonLog } from '../src/index.ts'
import { createLocalServer } from './support/local-server.ts'
import { alice } from './support/sign-in-page.ts'

const hostile = [
  'x\r\nx-evil: 1',
  'x\nx-evil: 1',
  'x\u0000y',
  '\u001b[2J\u001b[31mx',
  '\u2028x\u2029',
  '\ud800',
  'x\u202ey',
  '../../x',
  "x' or '1' eq '1",
  '{{constructor}}',
]

const names = [
  'email',
  'role',
  'table',
  'grant',
  'password',
  'refreshToken',
  'refresh_token',
  'idToken',
  'auth_token',
  'subject',
  'next',
  'pageSize',
  'returnTo',
  'state',
  'code',
  'error',
  'firstName',
  'enabled',
  'documentId',
  'dryRun',
]

interface HostileRequest extends Pick<Route, 'surface' | 'access' | 'method'> {
  readonly path: string
  readonly body?: object
}

/** Every text in every parameter of the path, the query and the body of a route. */
function requestsTo(route: Route): readonly HostileRequest[] {
  const { surface, access, method } = route
  const plain = route.path.replaceAll(/:\w+/g, 'x')
  return hostile.flatMap((text) => {
    const encoded = encodeURIComponent(text === '\ud800' ? '\ufffd' : text)
    const query = names.map((name) => `${name}=${encoded}`).join('&')
    const paths = new Set([`${plain}?${query}`, route.path.replaceAll(/:\w+/g, encoded)])
    const bodies = method === 'GET' || !route.body ? [] : names.map((name) => ({ [name]: text }))
    return [
      ...[...paths].map((path) => ({ surface, access, method, path })),
      ...bodies.map((body) => ({ surface, access, method, path: plain, body })),
    ]
  })
}

test('changes no header, no log line and no address, and is never a failure', async ({ localAzure }) => {
  const written: string[] = []
  const urls: string[] = []
  const many = { points: 1e6, seconds: 1 }
  const server = createLocalServer(localAzure, {
    app: {
      limits: { signIn: many, account: many, refresh: many, checkAccount: many, read: many, admin: many },
    },
    ports: {
      log: createJsonLog((line) => written.push(line)),
      fetch: (url, init) => {
        urls.push(url)
        return fetch(url, init)
      },
    },
  })
  const key = { 'x-functions-key': localAzure.endpoints.api.functionKey }
  const body = { grant: 'password', ...alice }
  const bearer: string = (await server.call('POST', '/v1/sessions', { body })).json.accessToken
  const failed: unknown[] = []
  const check = async (...request: Parameters<typeof server.call>): Promise<void> => {
    const { status, headers } = await server.call(...request)
    const isFine = (status < 500 || request[1] === '/v1/ready') && !headers.has('x-evil')
    if (!isFine) failed.push([status, ...request])
  }
  // What ends the admin's own session or account would end the test.
  const routes = routesOf(server.latchkey).filter(
    ({ method, path }) => method !== 'DELETE' || path.includes(':id'),
  )
  for (const request of routes.flatMap(requestsTo)) {
    const { surface, access, method, path, body: sent } = request
    await check(method, path, {
      headers: surface === 'api' ? key : {},
      ...((access === 'person' || access === 'admin') && { bearer }),
      ...(sent && { body: sent }),
    })
  }
  expect(failed).toEqual([])
  for (const line of written) {
    expect(line.endsWith('\n')).toBe(true)
    expect(line.slice(0, -1)).not.toMatch(/\p{Cc}/u)
    expect(Object.keys(JSON.parse(line) as object)).toContain('event')
  }
  for (const url of urls) expect(url).toMatch(/^[!-~]+$/)
  expect(JSON.stringify([...written, ...urls])).not.toMatch(/x-evil: 1/)
})
