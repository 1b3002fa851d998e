import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app } from '@azure/functions'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startFunctionsHost } from '../src/index.ts'

const library = createRequire(import.meta.url).resolve('@azure/functions')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'functions-app-'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "main": "main.js" }')
  await writeFile(
    join(folder, 'host.json'),
    '{ "version": "2.0", "extensions": { "http": { "routePrefix": "" } } }',
  )
  await writeFile(
    join(folder, 'main.js'),
    `import { createRequire } from 'node:module'
     const { app } = createRequire(import.meta.url)(${JSON.stringify(library)})
     const setting = process.env.LATCHKEY_TEST_SETTING
     app.http('Setting', { handler: () => ({ body: setting }) })`,
  )
})
afterAll(() => rm(folder, { recursive: true }))

describe('a folder', () => {
  test('is started by its package.json and host.json, with its settings', async () => {
    const settings = { LATCHKEY_TEST_SETTING: 'from the settings' }
    const host = await startFunctionsHost({ app: folder, settings })
    expect(await (await fetch(`${host.url}/Setting`)).text()).toBe('from the settings')
    await host.close()
    expect(process.env['LATCHKEY_TEST_SETTING']).toBeUndefined()
  })

  test('can be started twice at the same time', async () => {
    const start = (value: string): ReturnType<typeof startFunctionsHost> =>
      startFunctionsHost({ app: folder, settings: { LATCHKEY_TEST_SETTING: value } })
    const one = await start('one')
    const two = await start('two')
    const answers = await Promise.all(
      [one, two].map(async ({ url }) => (await fetch(`${url}/Setting`)).text()),
    )
    expect(answers).toEqual(['one', 'two'])
    await Promise.all([one.close(), two.close()])
  })
})

describe('the host', () => {
  test('names a taken port', async () => {
    const first = await startFunctionsHost({ app: () => app.http('a', { handler: () => ({}) }) })
    const port = Number(new URL(first.url).port)
    const second = startFunctionsHost({ port, app: () => app.http('a', { handler: () => ({}) }) })
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE', port })
    await first.close()
  })

  test('refuses two functions of one name', async () => {
    const start = startFunctionsHost({
      app: () => {
        app.http('a', { handler: () => ({}) })
        app.http('a', { handler: () => ({}) })
      },
    })
    await expect(start).rejects.toThrow('"a" has already been registered')
  })

  test('runs hooks around an invocation, in order, and they may change it', async () => {
    const seen: string[] = []
    const host = await startFunctionsHost({
      app: () => {
        app.hook.appStart(() => void seen.push('appStart'))
        app.hook.appTerminate(() => void seen.push('appTerminate'))
        app.hook.preInvocation(({ hookData }) => {
          seen.push('pre')
          hookData['mark'] = 7
        })
        app.hook.postInvocation((context) => {
          seen.push(`post ${context.hookData['mark']}`)
          context.result = { body: 'changed' }
        })
        app.http('a', {
          handler: (_request, context) => {
            seen.push(`run ${context.functionName}`)
            return { body: 'made' }
          },
        })
      },
    })
    expect(await (await fetch(`${host.url}/api/a`)).text()).toBe('changed')
    await host.close()
    expect(seen).toEqual(['appStart', 'pre', 'run a', 'post 7', 'appTerminate'])
  })

  test('closes its port', async () => {
    const host = await startFunctionsHost({ app: () => app.http('a', { handler: () => ({}) }) })
    await host.close()
    await expect(fetch(host.url)).rejects.toThrow()
  })
})
