/**
 * Wires the server from its settings and registers it as functions.
 */

import { createApp, createLatchkey, type LatchkeyPorts, type LatchkeySettings } from '@latchkey/server'
import { communicationTokens } from '@latchkey/server/communication'
import { fluidTokens } from '@latchkey/server/fluid'
import { mayOpenDocument } from './document-access.ts'
import { registerRoutes } from './functions.ts'

/** What the app is wired from. */
export interface FunctionsAppOptions {
  readonly settings: LatchkeySettings
  /** What to use instead of the defaults, for example another clock. */
  readonly ports?: LatchkeyPorts
}

/** Registers every function of the app; called while the Functions host loads it. */
export function registerFunctions({ settings, ports = {} }: FunctionsAppOptions): void {
  const latchkey = createLatchkey(settings, {
    tokenServices: [
      ...(settings.communication ? [communicationTokens()] : []),
      ...(settings.fluid ? [fluidTokens({ mayOpen: mayOpenDocument })] : []),
    ],
    ...ports,
  })
  const app = createApp(latchkey)
  registerRoutes(app.fetch, () => latchkey.sweep())
}
