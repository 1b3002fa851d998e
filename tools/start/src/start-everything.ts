/**
 * Local Azure, the API on its Functions host, and the demo: in one process, on one clock.
 */

import {
  defaultPortBase,
  type Endpoints,
  explainTakenPort,
  type LocalAzure,
  startLocalAzure,
} from '@latchkey/local-azure'
import type { LatchkeyPorts, Log } from '@latchkey/server'
import { type Apps, startApps } from './apps.ts'

/** How to start. */
export interface StartOptions {
  /** The first port of the block; 0 for free ports. Default 4280. */
  readonly portBase?: number
  /** The folder to keep data in, or false to keep nothing. Default `.latchkey` in the working directory. */
  readonly data?: string | false
  /** Whether the limits of the real services are on. Default true. */
  readonly throttling?: boolean
  /** Takes what the API and the demo log. Default: nothing is logged. */
  readonly log?: Log
  /** Takes the errors of the API and the demo that nobody foresaw. Default: they are in the log, by class and place. */
  readonly onUnexpectedError?: NonNullable<LatchkeyPorts['onUnexpectedError']>
}

/** Everything, running. */
export interface Everything {
  readonly endpoints: Endpoints
  readonly localAzure: LocalAzure
  close(): Promise<void>
}

/** Starts everything. What had started is closed again when one part fails. */
export async function startEverything(options: StartOptions = {}): Promise<Everything> {
  let localAzure: LocalAzure | undefined
  let apps: Apps | undefined
  const close = async (): Promise<void> => {
    // The apps end before the services they talk to.
    await apps?.close()
    await localAzure?.close()
  }
  try {
    // What the apps remember (containers, tokens, who was asked for) is gone with the data.
    localAzure = await startLocalAzure({ ...options, onReset: () => apps?.restart() })
    const { log, onUnexpectedError } = options
    apps = await startApps(localAzure, {
      ...(log && { log }),
      ...(onUnexpectedError && { onUnexpectedError }),
    })
    return { endpoints: localAzure.endpoints, localAzure, close }
  } catch (error) {
    await close()
    throw await explainTakenPort(error, options.portBase ?? defaultPortBase)
  }
}
