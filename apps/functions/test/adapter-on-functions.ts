/** Runs the adapter suite on Azure Functions, in one of the two ways the host hands over bodies. */

import { app } from '@azure/functions'
import { type FunctionsHost, startFunctionsHost } from '@latchkey/functions-host'
import { afterAll, beforeAll } from 'vitest'
import { toHttpHandler } from '../src/adapter.ts'
import { adapterSuite } from './adapter-suite.ts'
import { createSampleApp } from './sample-app.ts'

/** One for each process: whether bodies are streamed is set for all functions of a process. */
export function adapterOnFunctions(options: { readonly enableHttpStream: boolean }): void {
  let host: FunctionsHost
  beforeAll(async () => {
    host = await startFunctionsHost({
      routePrefix: '',
      app: () => {
        app.setup(options)
        app.http('t', {
          route: 't/{*path}',
          authLevel: 'anonymous',
          methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
          handler: toHttpHandler(createSampleApp().fetch),
        })
      },
    })
  })
  afterAll(() => host.close())

  adapterSuite(() => host.url)
}
