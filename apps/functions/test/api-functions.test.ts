import { type FunctionsHost, startFunctionsHost } from '@latchkey/functions-host'
import { type LocalAzure, startLocalAzure } from '@latchkey/local-azure'
import { parseSettings } from '@latchkey/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerFunctions } from '../src/index.ts'
import { apiSuite, environmentOf } from './api-suite.ts'

let localAzure: LocalAzure
let host: FunctionsHost

beforeAll(async () => {
  localAzure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
  const { clock, endpoints } = localAzure
  const settings = parseSettings(environmentOf(localAzure))
  host = await startFunctionsHost({
    app: () => registerFunctions({ settings, ports: { clock } }),
    keys: { host: [endpoints.api.functionKey] },
    routePrefix: '',
  })
})
afterAll(async () => {
  await host.close()
  await localAzure.close()
})

describe('on Azure Functions', () => {
  apiSuite(() => ({ url: host.url, localAzure }))

  test('the functions are those of the seed, and the two open surfaces', () => {
    expect(host.functions.map(({ name }) => name).sort()).toEqual([
      'CheckAccount',
      'CreateRolePermission',
      'GetRefreshAndAccessToken',
      'GetResourceTokens',
      'GetUserInfo',
      'RefreshToken',
      'UpdateRole',
      'auth',
      'v1',
    ])
  })

  test('the sweep runs', async () => {
    await expect(host.invokeTimer('sweep')).resolves.toBeUndefined()
  })
})
