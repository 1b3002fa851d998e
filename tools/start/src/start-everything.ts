/**
 * Local Azure, the API on its Functions host, and the demo: in one process, on one clock.
 *
 * The apps run the code they run in production; only their settings, which point at local Azure, and their clock, which
 * the control API moves, come from here.
 */

import { resolve } from 'node:path'
import { createDemo, readAssets } from '@latchkey/demo/server'
import { registerFunctions } from '@latchkey/functions'
import { type FunctionsHost, startFunctionsHost } from '@latchkey/functions-host'
import {
  defaultPortBase,
  type Endpoints,
  explainTakenPort,
  type LocalAzure,
  settingsOf,
  startLocalAzure,
} from '@latchkey/local-azure'
import { type LatchkeyPorts, type LatchkeySettings, type Log, parseSettings } from '@latchkey/server'
import { listenOnLoopback, type WebListener } from './listen-on-loopback.ts'

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

const builtPage = resolve(import.meta.dirname, '../../../apps/demo/dist')

/** Starts everything. What had started is closed again when one part fails. */
export async function startEverything(options: StartOptions = {}): Promise<Everything> {
  const running: { close(): Promise<void> }[] = []
  const close = async (): Promise<void> => {
    // The apps end before the services they talk to.
    for (const part of running.splice(0).reverse()) await part.close()
  }
  try {
    const localAzure = await startLocalAzure(options)
    running.push(localAzure)
    const { endpoints, clock } = localAzure
    const environment = {
      ...settingsOf(endpoints),
      NODE_ENV: 'development',
      // The seed's examples pass secrets in the query and get the directory's own tokens for a password.
      LATCHKEY_API_TOKENS: 'upstream',
      LATCHKEY_ALLOW_SECRETS_IN_QUERY: 'true',
    }
    const settings = parseSettings(environment)
    const { log, onUnexpectedError } = options
    const ports: LatchkeyPorts = {
      clock,
      ...(log && { log }),
      ...(onUnexpectedError && { onUnexpectedError }),
    }
    running.push(await startApi(localAzure, settings, environment, ports))
    running.push(await startDemo(endpoints, settings, ports))
    return { endpoints, localAzure, close }
  } catch (error) {
    await close()
    throw await explainTakenPort(error, options.portBase ?? defaultPortBase)
  }
}

async function startApi(
  { endpoints, clock }: LocalAzure,
  settings: LatchkeySettings,
  environment: Readonly<Record<string, string>>,
  ports: LatchkeyPorts,
): Promise<FunctionsHost> {
  return await startFunctionsHost({
    app: () => registerFunctions({ settings, ports }),
    port: Number(new URL(endpoints.api.baseUrl).port),
    keys: { host: [endpoints.api.functionKey] },
    settings: environment,
    routePrefix: '',
    clock,
  })
}

async function startDemo(
  endpoints: Endpoints,
  settings: LatchkeySettings,
  ports: LatchkeyPorts,
): Promise<WebListener> {
  const demo = createDemo({ settings, assets: await readAssets(builtPage), ports })
  return await listenOnLoopback(Number(new URL(endpoints.demo.url).port), (request, bindings) =>
    demo.fetch(request, bindings),
  )
}
