/**
 * The API on its Functions host, and the demo, against a running local Azure.
 *
 * They run the code they run in production; only their settings, which point at local Azure, and their clock, which the
 * control API moves, come from here.
 */

import { resolve } from 'node:path'
import { createDemo, readAssets } from '@latchkey/demo/server'
import { registerFunctions } from '@latchkey/functions'
import { startFunctionsHost } from '@latchkey/functions-host'
import { type LocalAzure, settingsOf } from '@latchkey/local-azure'
import { type LatchkeyPorts, parseSettings } from '@latchkey/server'
import { listenOnLoopback } from './listen-on-loopback.ts'

/** What the apps tell. */
export type AppReports = Pick<LatchkeyPorts, 'log' | 'onUnexpectedError'>

/** The running apps. */
export interface Apps {
  /** Ends them and starts them again on the same ports, with nothing remembered. */
  restart(): Promise<void>
  close(): Promise<void>
}

interface App {
  close(): Promise<void>
}

const builtPage = resolve(import.meta.dirname, '../../../apps/demo/dist')

/** Starts the apps. What had started is closed again when one of them fails. */
export async function startApps(localAzure: LocalAzure, reports: AppReports): Promise<Apps> {
  const running: App[] = []
  let turn = Promise.resolve()
  const closeAll = async (): Promise<void> => {
    for (const app of running.splice(0).reverse()) await app.close()
  }
  const startAll = async (): Promise<void> => {
    try {
      for (const start of [startApi, startDemo]) running.push(await start(localAzure, reports))
    } catch (error) {
      await closeAll()
      throw error
    }
  }
  // Two resets at once take turns: both would bind the same ports.
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }
  await startAll()
  return {
    restart: () =>
      inTurn(async () => {
        await closeAll()
        await startAll()
      }),
    close: () => inTurn(closeAll),
  }
}

async function startApi({ endpoints, clock }: LocalAzure, reports: AppReports): Promise<App> {
  const environment = environmentOf(endpoints)
  const settings = parseSettings(environment)
  return await startFunctionsHost({
    app: () => registerFunctions({ settings, ports: { clock, ...reports } }),
    port: Number(new URL(endpoints.api.baseUrl).port),
    keys: { host: [endpoints.api.functionKey] },
    settings: environment,
    routePrefix: '',
    clock,
  })
}

async function startDemo({ endpoints, clock }: LocalAzure, reports: AppReports): Promise<App> {
  const settings = parseSettings(environmentOf(endpoints))
  const demo = createDemo({ settings, assets: await readAssets(builtPage), ports: { clock, ...reports } })
  return await listenOnLoopback(Number(new URL(endpoints.demo.url).port), (request, bindings) =>
    demo.fetch(request, bindings),
  )
}

function environmentOf(endpoints: LocalAzure['endpoints']): Record<string, string> {
  return {
    ...settingsOf(endpoints),
    NODE_ENV: 'development',
    // The seed's examples pass secrets in the query and get the directory's own tokens for a password.
    LATCHKEY_API_TOKENS: 'upstream',
    LATCHKEY_ALLOW_SECRETS_IN_QUERY: 'true',
  }
}
