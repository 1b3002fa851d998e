import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readAssets } from '../src/server/assets.ts'
import { createDemoApp } from '../src/server/demo-app.ts'

describe('the demo’s origin', () => {
  let folder: string
  let app: ReturnType<typeof createDemoApp>
  const seen: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-demo-'))
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>')
    writeFileSync(join(folder, 'code.js'), 'export {}')
    app = createDemoApp({
      api: (request) => {
        seen.push(`${request.method} ${new URL(request.url).pathname}`)
        return Response.json({ from: 'api' }, { status: 201 })
      },
      assets: await readAssets(folder),
      connectOrigins: ['http://127.0.0.1:4283', 'ws://127.0.0.1:4284'],
      publicUrl: 'http://localhost',
    })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('answers the page with a policy that allows only its own scripts and the services it talks to', async () => {
    const response = await app.request('/')
    expect(await response.text()).toContain('<title>page</title>')
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    const policy = String(response.headers.get('content-security-policy'))
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:4283 ws://127.0.0.1:4284")
    expect(policy).not.toContain('unsafe')
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
    expect(response.headers.has('strict-transport-security')).toBe(false)
  })

  test.for(['/v1/me', '/auth/sign-in', '/auth/callback'])('hands %s to the API, untouched', async (path) => {
    const response = await app.request(path, { method: 'POST' })
    expect(response.status).toBe(201)
    expect(response.headers.has('content-security-policy')).toBe(false)
    expect(seen).toContain(`POST ${path}`)
  })

  test('every answer says what time it is by the clock the tokens end by', async () => {
    const moved = createDemoApp({
      api: () => Response.json({}),
      assets: new Map(),
      connectOrigins: [],
      publicUrl: 'http://localhost',
      clock: { now: () => Date.UTC(2030, 0, 2, 3, 4, 5, 678) },
    })
    for (const path of ['/v1/me', '/auth/sign-in', '/nothing']) {
      expect((await moved.request(path)).headers.get('date'), path).toBe('Wed, 02 Jan 2030 03:04:05 GMT')
    }
    const date = String((await app.request('/')).headers.get('date'))
    expect(Math.abs(Date.parse(date) - Date.now())).toBeLessThan(5_000)
  })

  test.for([
    '/nothing.js',
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/code.js/',
    '/api/CheckAccount',
    '/__proto__',
  ])('answers 404 for %s', async (path) => {
    expect((await app.request(path)).status).toBe(404)
  })
})
