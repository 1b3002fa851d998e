import { once } from 'node:events'
import { get } from 'node:http'
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
afterAll(() => host.close())

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
