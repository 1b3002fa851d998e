import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { afterAll, beforeAll, describe } from 'vitest'
import { adapterSuite } from './adapter-suite.ts'
import { createSampleApp } from './sample-app.ts'

let server: ServerType

beforeAll(async () => {
  await new Promise<void>((listening) => {
    server = serve({ fetch: createSampleApp().fetch, port: 0, hostname: '127.0.0.1' }, () => listening())
  })
})
afterAll(() => new Promise((closed) => server.close(closed)))

describe('on @hono/node-server', () =>
  adapterSuite(() => `http://127.0.0.1:${(server.address() as AddressInfo).port}`))
