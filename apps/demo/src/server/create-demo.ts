/**
 * The demo, from its settings: the page, and the Latchkey app mounted beside it.
 */

import { parseConnectionString } from '@latchkey/common'
import { createApp, createLatchkey, type LatchkeyPorts, type LatchkeySettings } from '@latchkey/server'
import { communicationTokens } from '@latchkey/server/communication'
import { fluidTokens } from '@latchkey/server/fluid'
import type { Hono } from 'hono'
import type { Asset } from './assets.ts'
import { createDemoApp } from './demo-app.ts'

/** What the demo is put together from. */
export interface CreateDemoOptions {
  readonly settings: LatchkeySettings
  /** The built page, from `readAssets`. */
  readonly assets: ReadonlyMap<string, Asset>
  readonly ports?: LatchkeyPorts
}

/** Puts the demo together. */
export function createDemo({ settings, assets, ports = {} }: CreateDemoOptions): Hono {
  const latchkey = createLatchkey(settings, {
    ...ports,
    tokenServices: [
      ...(settings.communication ? [communicationTokens()] : []),
      // A room belongs to whoever knows its address: every signed-in person may open it, nobody else.
      ...(settings.fluid ? [fluidTokens({ mayOpen: () => 'write' })] : []),
    ],
  })
  const api = createApp(latchkey, { surfaces: ['v1', 'auth'] })
  return createDemoApp({
    api: (request, bindings) => api.fetch(request, bindings),
    assets,
    connectOrigins: connectOriginsOf(settings),
    publicUrl: settings.publicUrl,
    ...(ports.clock && { clock: ports.clock }),
  })
}

// Azure's real-time notifications for chat come from hosts that only the service names.
const notificationOrigins = ['https://*.communication.microsoft.com', 'wss://*.communication.microsoft.com']

function connectOriginsOf({ communication, cosmos, fluid }: LatchkeySettings): readonly string[] {
  const communicationEndpoint = communication?.connectionString
    ? parseConnectionString(communication.connectionString.reveal()).endpoint
    : communication?.endpoint
  const endpoints = [communicationEndpoint, fluid?.endpoint, cosmos.endpoint].filter(
    (one) => one !== undefined,
  )
  const origins = endpoints.map((endpoint) => new URL(endpoint).origin)
  const sockets = origins.map((origin) => origin.replace(/^http/, 'ws'))
  const isAzure = communicationEndpoint?.includes('.communication.azure.com') === true
  return [...origins, ...sockets, ...(isAzure ? notificationOrigins : [])]
}
