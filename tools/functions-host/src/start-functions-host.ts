/**
 * Runs an Azure Functions app in this process, with the real `@azure/functions`, on a port of this machine.
 */

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Clock } from '@latchkey/common'
import { CoreModules } from './core-modules.ts'
import { FunctionApp, type LogEntry } from './function-app.ts'
import type { FunctionKeys } from './function-keys.ts'
import { handleHttp } from './http-front.ts'
import { createRouteTable } from './route-table.ts'
import { startSchedules } from './schedules.ts'
import { StreamingProxy } from './streaming.ts'
import { invokeTimer, type TimerInvocation } from './timer.ts'

/** How to start. */
export interface FunctionsHostOptions {
  /**
   * The app: a folder with a package.json whose `main` registers the functions (and perhaps a host.json), or a function
   * that registers them.
   */
  readonly app: string | (() => unknown)
  /** 0, the default, for any free port. */
  readonly port?: number
  /** The keys of the app. Default: none, so that only functions of level `anonymous` can be called. */
  readonly keys?: FunctionKeys
  /** App settings: read by the host, and put into the environment while it runs. */
  readonly settings?: Readonly<Record<string, string>>
  /** What precedes every route. Default: what host.json says, else `api`. */
  readonly routePrefix?: string
  /** When given, timer functions run by their schedules on this clock. */
  readonly clock?: Clock
  /** Where words go. Default: warnings and errors to stderr. */
  readonly log?: (entry: LogEntry) => void
}

/** A running host. */
export interface FunctionsHost {
  /** Without a slash at the end. */
  readonly url: string
  /** The HTTP functions: name, methods and path. */
  readonly functions: readonly { readonly name: string; readonly methods: string[]; readonly path: string }[]
  /** Runs a timer function now. */
  invokeTimer(name: string, timing?: TimerInvocation): Promise<void>
  close(): Promise<void>
}

/** Starts a host. Rejects with Node's `EADDRINUSE` when the port is taken, and with whatever the app throws on load. */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const { app: source, keys = {}, settings = {}, clock, port = 0 } = options
  const app = new FunctionApp(options.log ?? writeToStderr)
  const restoreEnvironment = applySettings(settings)
  const cleanUp: (() => void | Promise<void>)[] = [restoreEnvironment]
  const close = async (): Promise<void> => {
    for (const step of cleanUp.reverse()) await step()
    cleanUp.length = 0
  }
  try {
    const directory = typeof source === 'string' ? resolve(source) : process.cwd()
    await CoreModules.ofProcess().during(
      app,
      typeof source === 'string' ? () => importMain(directory) : source,
    )
    const proxies = new Map()
    for (const model of app.models()) {
      const proxy = await StreamingProxy.open(model)
      if (proxy) cleanUp.push(() => proxy.close())
      if (proxy) proxies.set(model, proxy)
    }
    await app.runHooks('appStart', {
      hookData: {},
      appHookData: app.appHookData,
      functionAppDirectory: directory,
    })
    cleanUp.push(() => app.runHooks('appTerminate', { hookData: {}, appHookData: app.appHookData }))
    const prefix =
      options.routePrefix ?? (typeof source === 'string' ? await readRoutePrefix(directory) : 'api')
    const routes = createRouteTable(app, prefix)
    const parts = { app, routes, keys, settings, proxies }
    const server = createServer({ headersTimeout: 10_000, requestTimeout: 60_000 }, (request, response) => {
      void handleHttp(parts, request, response)
    })
    await new Promise<void>((listening, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', listening)
    })
    cleanUp.push(async () => {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    })
    if (clock) cleanUp.push(startSchedules(app, clock, settings))
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      functions: routes.map(({ registered, methods, path }) => ({
        name: registered.metadata.name,
        methods: [...methods],
        path,
      })),
      invokeTimer: (name, timing) => invokeTimer(app, name, timing),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

// A new query makes Node run the code again, so that one app can be started several times in one process.
async function importMain(directory: string): Promise<void> {
  const manifest: unknown = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'))
  const main =
    typeof manifest === 'object' && manifest !== null && 'main' in manifest ? manifest.main : undefined
  if (typeof main !== 'string')
    throw new Error('The package.json of a function app must name its code in "main"')
  const url = pathToFileURL(join(directory, main))
  url.searchParams.set('started', String(process.hrtime.bigint()))
  await import(url.href)
}

async function readRoutePrefix(directory: string): Promise<string> {
  const text = await readFile(join(directory, 'host.json'), 'utf8').catch(() => '{}')
  const host = JSON.parse(text) as { extensions?: { http?: { routePrefix?: string } } }
  return host.extensions?.http?.routePrefix ?? 'api'
}

function applySettings(settings: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(settings).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, settings)
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}

function writeToStderr({ level, functionName, message }: LogEntry): void {
  if (level !== 'warning' && level !== 'error' && level !== 'critical') return
  process.stderr.write(`${functionName ?? 'host'}: ${message}\n`)
}
