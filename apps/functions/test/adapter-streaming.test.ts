import { app } from '@azure/functions'
import { type FunctionsHost, startFunctionsHost } from '@latchkey/functions-host'
import { afterAll, beforeAll, describe } from 'vitest'
import { toHttpHandler } from '../src/adapter.ts'
import { adapterSuite } from './adapter-suite.ts'
import { createSampleApp } from './sample-app.ts'

let host: FunctionsHost

beforeAll(async () => {
  host = await startFunctionsHost({
    routePrefix: '',
    app: () => {
      app.setup({ enableHttpStream: true })
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

describe('on Azure Functions, streaming', () => adapterSuite(() => host.url))
