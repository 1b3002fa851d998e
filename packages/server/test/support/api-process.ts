/**
 * A server in a process of its own, for tests of what several processes do to one store.
 *
 * Reads the settings from its environment, waits 0 to 20 ms before and after each session write, and tells its port.
 */

import { serve } from '@hono/node-server'
import { systemClock } from '@latchkey/common'
import { createApp, createLatchkey, parseSettings } from '../../src/index.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { openCosmosDatabases } from '../../src/stores/cosmos/cosmos-database.ts'
import { createCosmosStores } from '../../src/stores/cosmos/cosmos-stores.ts'

const startedAtMs = Number(process.env['STARTED_AT_MS'])
let offsetMs = 0

const settings = parseSettings(process.env)
const stores = createCosmosStores(openCosmosDatabases(settings.cosmos, systemClock), settings)
const latchkey = createLatchkey(settings, {
  stores: { ...stores, sessions: withLatency(stores.sessions) },
  // Time stands still unless the parent moves it: a slow machine must not let the grace of ten seconds pass by itself.
  clock: { ...systemClock, now: () => startedAtMs + offsetMs },
})
process.on('message', (message: { readonly offsetMs: number }) => {
  offsetMs = message.offsetMs
  process.send?.({ offsetMs })
})
process.on('disconnect', () => process.exit())

const unlimited = { points: 1_000_000, seconds: 1 }
const app = createApp(latchkey, { limits: { refresh: unlimited, session: unlimited } })
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => process.send?.({ port }))

function withLatency(store: SessionStore): SessionStore {
  const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
  const slow =
    <Args extends readonly unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await pause()
      const result = await work(...args)
      await pause()
      return result
    }
  return {
    create: slow(store.create),
    read: slow(store.read),
    rotate: slow(store.rotate),
    replace: slow(store.replace),
    revoke: slow(store.revoke),
    listOf: slow(store.listOf),
  }
}
