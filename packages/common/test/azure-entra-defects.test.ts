/**
 * The defects of Azure's Entra credential (2.5.0) that show on the wire. Azure's class refuses http and takes no transport
 * of ours, so its https requests are turned into http ones to the same path.
 *
 * @see reference acs.md 1.1
 */

import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import type { AddressInfo } from 'node:net'
import { AzureCommunicationTokenCredential as AzureCredential } from '@azure/communication-common'
import { AzureCommunicationTokenCredential } from '@latchkey/common'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'

interface Options {
  resourceEndpoint: string
  tokenCredential: { getToken(): Promise<{ token: string; expiresOnTimestamp: number } | null> }
  scopes?: string[]
}
interface Credential {
  getToken(): Promise<{ token: string; expiresOnTimestamp: number }>
  dispose(): void
}
type Create = (options: Omit<Options, 'resourceEndpoint'> & { slash?: boolean }) => Credential

const original = https.request
const entra = { getToken: async () => ({ token: 'entra', expiresOnTimestamp: Date.now() + 3_600_000 }) }
let server: Server
let port: number
let targets: string[] = []
let lifeMs = 3_600_000
let status = 200

beforeAll(async () => {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    targets.push(request.url ?? '')
    const expiresOn = new Date(Date.now() + lifeMs).toISOString()
    const body = { accessToken: { token: `acs-${targets.length}`, expiresOn }, error: { code: 'Denied' } }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  server = http.createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  const redirect = (options: http.RequestOptions, callback: (response: IncomingMessage) => void) =>
    http.request(
      { method: options.method, path: options.path, headers: options.headers, port, host: '127.0.0.1' },
      callback,
    )
  https.request = redirect as typeof https.request
  syncBuiltinESMExports()
})
afterEach(() => {
  targets = []
  lifeMs = 3_600_000
  status = 200
})
afterAll(() => {
  https.request = original
  syncBuiltinESMExports()
  server.closeAllConnections()
  server.close()
})

const createAzure: Create = ({ slash, ...options }) =>
  new AzureCredential({ resourceEndpoint: `https://r.example${slash ? '/' : ''}`, ...options })
const create: Create = ({ slash, ...options }) =>
  new AzureCommunicationTokenCredential({
    resourceEndpoint: `http://127.0.0.1:${port}${slash ? '/' : ''}`,
    ...options,
  })

test('a slash at the end of the endpoint is doubled', async () => {
  await createAzure({ tokenCredential: entra, slash: true }).getToken()
  await create({ tokenCredential: entra, slash: true }).getToken()
  const path = '/access/entra/:exchangeAccessToken?api-version=2025-03-02-preview'
  expect(targets).toEqual([`/${path}`, path])
})

test('the caller’s options are changed', async () => {
  const change = async (make: Create): Promise<unknown> => {
    const options: Parameters<Create>[0] = { tokenCredential: entra }
    const given = Object.assign(options, { resourceEndpoint: `http://127.0.0.1:${port}` })
    if (make === createAzure) Object.assign(given, { resourceEndpoint: 'https://r.example' })
    const isAzure = make === createAzure
    const from = given as Options
    await (isAzure ? new AzureCredential(from) : new AzureCommunicationTokenCredential(from)).getToken()
    return options.scopes
  }
  expect(await change(createAzure)).toEqual(['https://communication.azure.com/clients/.default'])
  expect(await change(create)).toBeUndefined()
})

test('an error says what happened only in its text', async () => {
  status = 401
  const fail = async (make: Create): Promise<object> =>
    make({ tokenCredential: entra })
      .getToken()
      .then(
        () => expect.unreachable(),
        (error: object) => error,
      )
  const theirs = await fail(createAzure)
  expect(theirs).not.toHaveProperty('code')
  expect(theirs).not.toHaveProperty('statusCode')
  expect((theirs as Error).message).toContain('Body: {"accessToken":{"token":"acs-1"')
  const ours = await fail(create)
  expect(ours).toMatchObject({
    code: 'ERR_ENTRA_EXCHANGE',
    details: { statusCode: 401, serviceCode: 'Denied' },
  })
  expect((ours as Error).stack).not.toContain('acs-')
})

test('a token with a second left is handed out', async () => {
  const twice = async (make: Create): Promise<string[]> => {
    targets = []
    lifeMs = 60_000
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1), toFake: ['Date'] })
    const credential = make({ tokenCredential: entra })
    const first = await credential.getToken()
    vi.setSystemTime(Date.now() + 59_000)
    const second = await credential.getToken()
    credential.dispose()
    vi.useRealTimers()
    return [first.token, second.token]
  }
  expect(await twice(createAzure)).toEqual(['acs-1', 'acs-1'])
  expect(await twice(create)).toEqual(['acs-1', 'acs-2'])
})

test('a failed exchange fails the call although the last token is still good', async () => {
  const afterFailure = async (make: Create): Promise<string> => {
    targets = []
    let sign = 0
    const tokenCredential = {
      getToken: async () => {
        sign += 1
        return { token: `entra-${sign}`, expiresOnTimestamp: Date.now() + 3_600_000 }
      },
    }
    status = 200
    const credential = make({ tokenCredential })
    await credential.getToken()
    status = 400
    const answer = await credential.getToken().then(
      ({ token }) => token,
      () => 'failed',
    )
    credential.dispose()
    return answer
  }
  expect(await afterFailure(createAzure)).toBe('failed')
  expect(await afterFailure(create)).toBe('acs-1')
})
