/**
 * A client that goes away before its request is whole is no failure of a service.
 */

import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, vi } from 'vitest'
import { Faults } from '../../src/host/faults.ts'
import { createFrontDoor } from '../../src/host/front-door.ts'
import { listen } from '../../src/host/listen.ts'
import { RequestLog } from '../../src/host/request-log.ts'
import type { LocalService } from '../../src/host/service.ts'
import { TextResponse } from '../../src/host/text-response.ts'
import { test } from '../../src/testing.ts'
import { ask } from './raw-request.ts'

afterEach(() => vi.restoreAllMocks())

type Leave = 'destroy' | 'resetAndDestroy' | 'end'

/** Begins a request and leaves when the other side has its head; answers when the connection is closed. */
async function abandon(port: number, leave: Leave, path = '/'): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  const fields = [
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    'Content-Length: 100',
    'Expect: 100-continue',
  ]
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => undefined)
  socket.write(`POST ${path} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`)
  await once(socket, 'data')
  socket.write('{"a":')
  socket[leave]()
  await closed
}

describe.for([
  ['plain', true],
  ['through a Request', false],
] as const)('%s', ([, plainly]) => {
  const withDoor = async (
    use: (port: number, requests: RequestLog, reported: string[]) => Promise<void>,
  ): Promise<void> => {
    const reported: string[] = []
    const requests = new RequestLog()
    const fail = (text: string | undefined): string => {
      if (text === 'whole') throw new Error('A fault of the service')
      return text ?? ''
    }
    const service: LocalService = {
      name: 'cosmos',
      fetch: async (request) => new Response(fail(await request.text())),
      ...(plainly && {
        answer: async (request) =>
          TextResponse.create(fail(await request.text(1_000)), { status: 200, headers: {} }),
      }),
      reset: () => undefined,
      close: () => undefined,
    }
    const door = createFrontDoor(service, {
      clock: { now: Date.now, schedule: () => () => undefined },
      faults: new Faults(),
      requests,
      report: (message) => reported.push(message),
    })
    const listener = await listen({ port: 0, ...door })
    try {
      await use(listener.port, requests, reported)
    } finally {
      await listener.close()
    }
  }

  test.for<Leave>(['destroy', 'resetAndDestroy', 'end'])(
    '%s: not reported, and no answer on the log',
    (leave) =>
      withDoor(async (port, requests, reported) => {
        await abandon(port, leave)
        await vi.waitFor(() => expect(requests.list()).toHaveLength(1))
        expect(requests.list()).toMatchObject([{ method: 'POST', status: 0 }])
        expect(reported).toEqual([])
        expect((await ask(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'next' })).body).toBe('next')
      }),
  )

  test('what a service throws at a whole request is reported still', () =>
    withDoor(async (port, requests, reported) => {
      expect((await ask(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'whole' })).status).toBe(500)
      expect(reported).toEqual([expect.stringMatching(/^cosmos failed \(correlation id /)])
      expect(requests.list()).toMatchObject([{ status: 500 }])
    }))
})

test('no service of local Azure says a word about it', async ({ localAzure }) => {
  const said = (['error', 'warn', 'info', 'log'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => undefined),
  )
  const { communication, cosmos, dashboard, fluid, graph } = localAzure.endpoints
  const paths = [
    [cosmos.endpoint, '/dbs'],
    [graph.endpoint, '/graph/v1.0/users'],
    [graph.endpoint, '/contoso.onmicrosoft.com/oauth2/v2.0/token'],
    [communication.endpoint, '/identities?api-version=2023-10-01'],
    [fluid.endpoint, '/documents/x'],
    [dashboard.url, '/clock'],
  ] as const
  for (const [url, path] of paths)
    for (const leave of ['destroy', 'resetAndDestroy', 'end'] as const)
      await abandon(Number(new URL(url).port), leave, path)
  for (const [url] of paths) await ask(new URL(url).origin)
  expect(said.flatMap(({ mock }) => mock.calls)).toEqual([])
})
