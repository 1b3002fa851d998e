import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { type LocalAzure, startLocalAzure } from '@latchkey/local-azure'
import { createApp, createLatchkey, parseSettings } from '@latchkey/server'
import { communicationTokens } from '@latchkey/server/communication'
import { fluidTokens } from '@latchkey/server/fluid'
import { afterAll, beforeAll, describe } from 'vitest'
import { apiSuite, environmentOf } from './api-suite.ts'

let localAzure: LocalAzure
let server: ServerType

beforeAll(async () => {
  localAzure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
  const latchkey = createLatchkey(parseSettings(environmentOf(localAzure)), {
    clock: localAzure.clock,
    tokenServices: [communicationTokens(), fluidTokens({ mayOpen: () => 'write' })],
  })
  const { fetch } = createApp(latchkey)
  await new Promise<void>((listening) => {
    server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, () => listening())
  })
})
afterAll(async () => {
  await new Promise((closed) => server.close(closed))
  await localAzure.close()
})

describe('on @hono/node-server', () =>
  apiSuite(() => ({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, localAzure })))
