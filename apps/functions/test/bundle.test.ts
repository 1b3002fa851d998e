import { execFileSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startFunctionsHost } from '@latchkey/functions-host'
import { test } from '@latchkey/local-azure/testing'
import { beforeAll, expect } from 'vitest'
import { environmentOf } from './api-suite.ts'

const dist = join(import.meta.dirname, '../dist')

beforeAll(() => {
  execFileSync(process.execPath, [join(import.meta.dirname, '../build.ts')])
})

test('the bundle is one file with what the host needs beside it', async () => {
  expect((await readdir(dist)).sort()).toEqual(['host.json', 'main.js', 'main.js.LEGAL.txt', 'package.json'])
})

test('the bundle answers on the host', async ({ localAzure }) => {
  const host = await startFunctionsHost({ app: dist, settings: environmentOf(localAzure) })
  const health = await fetch(`${host.url}/v1/health`)
  expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }])
  expect((await fetch(`${host.url}/api/CheckAccount`)).status).toBe(401)
  await host.close()
})

test('a missing setting stops the start and is named', async ({ localAzure }) => {
  const { LATCHKEY_CLIENT_ID: _left, ...settings } = environmentOf(localAzure)
  await expect(startFunctionsHost({ app: dist, settings })).rejects.toMatchObject({
    code: 'ERR_SERVER_SETTINGS',
    message: expect.stringContaining('LATCHKEY_CLIENT_ID'),
  })
})
