import { once } from 'node:events'
import { get } from 'node:http'
import { type AddressInfo, Server } from 'node:net'
import { app } from '@azure/functions'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FunctionsHost, type LogEntry, startFunctionsHost } from '../src/index.ts'

let host: FunctionsHost
let release: () => void
const log: LogEntry[] = []

beforeAll(async () => {
  host = await startFunctionsHost({
    log: (entry) => log.push(entry),
    app: () => {
      app.setup({ enableHttpStream: true })
      app.http('slow', {
        handler: () => {
          const released = new Promise<void>((resolve) => {
            release = resolve
          })
          return {
            headers: { 'content-type': 'text/event-stream' },
            body: (async function* () {
              yield Buffer.from('first')
              await released
              yield Buffer.from('second')
            })(),
          }
        },
      })
      app.http('throws', { handler: () => Promise.reject(new Error('the reason')) })
      app.http('breaks', {
        handler: () => ({
          body: (async function* () {
            yield Buffer.from('begun')
            await new Promise<void>((resolve) => {
              release = resolve
            })
            throw new Error('half way')
          })(),
        }),
      })
    },
  })
})
afterAll(async () => {
  await host.close()
  expect(listening()).toEqual([])
})

/** The addresses this process listens on. */
function listening(): unknown[] {
  const handles = Reflect.apply(Reflect.get(process, '_getActiveHandles'), process, []) as unknown[]
  const servers = handles.filter((handle): handle is Server => handle instanceof Server && handle.listening)
  return servers.map((server) => (server.address() as AddressInfo).address)
}

test('nothing listens but on loopback, not even the library itself', () => {
  // The host, and the server the library opens for streams, which would take every interface if it were left alone.
  expect(listening()).toEqual(['127.0.0.1', '127.0.0.1'])
})

test('a chunk arrives before the next one is made', async () => {
  const response = await fetch(`${host.url}/api/slow`)
  const reader = response.body?.getReader()
  const first = await reader?.read()
  expect(Buffer.from(first?.value ?? []).toString()).toBe('first')
  release()
  const second = await reader?.read()
  expect(Buffer.from(second?.value ?? []).toString()).toBe('second')
})

test('an error before the answer is an empty 500, and in the log', async () => {
  const response = await fetch(`${host.url}/api/throws`)
  expect([response.status, await response.text()]).toEqual([500, ''])
  expect(log.some(({ level, message }) => level === 'error' && message.includes('the reason'))).toBe(true)
})

test('an error in the middle of the answer breaks the connection', async () => {
  const response = await fetch(`${host.url}/api/breaks`)
  release()
  await expect(response.text()).rejects.toThrow()
})

test('a caller that goes away leaves the host working', async () => {
  const request = get(`${host.url}/api/slow`)
  request.on('error', () => undefined)
  await once(request, 'response')
  request.destroy()
  release()
  expect((await fetch(`${host.url}/api/throws`)).status).toBe(500)
})
