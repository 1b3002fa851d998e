/** The same code in Node, in a real Chromium and on an edge runtime: the same answers, and the wire agrees. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EdgeVM } from '@edge-runtime/vm'
import { isChromiumMissing, launchBrowser } from '@latchkey/browser'
import { verifySignedRequest } from '@latchkey/common'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runScenario } from './runtimes/scenario.ts'

let server: Server
let origin: string
let script: string
let expected: unknown

beforeAll(async () => {
  const bundle = await build({
    stdin: {
      contents: `import { runScenario } from './scenario.ts'; globalThis.runScenario = runScenario`,
      resolveDir: `${import.meta.dirname}/runtimes`,
    },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
  })
  script = bundle.outputFiles[0]?.text ?? ''
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<!doctype html><script>${script}</script>`)
      return
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const headers = { get: (name: string) => String(request.headers[name] ?? '') }
    const { method = '', url: target = '' } = request
    const body = new Uint8Array(Buffer.concat(chunks))
    const verdict = await verifySignedRequest({ method, target, headers, body }, { keys: ['pw=='] })
    response.writeHead(verdict.ok ? 200 : 401).end(`${target} ${verdict.ok ? 'ok' : verdict.reason}`)
  }
  server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  expected = toJson(await runScenario(origin))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

// What can cross from one runtime to another; text that is no Unicode crosses as escapes.
function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

test('in Node, with node:crypto: the published signature, and every request accepted on the wire', () => {
  expect(JSON.stringify(expected)).toContain('DGdgwggJWnQyc6EHjR/Vbqg1ES64KpD6U2XwTDDj3tU=')
  expect(expected).toMatchObject({
    credential: { calls: [0, 3_000_000, 6_000_000], token: 't3', waiting: 0, expires: 1_700_000_000_000 },
    wire: [
      [200, '/a%20b/8%3Aacs?x&y=(1)&z=%c3%a9,~ ok'],
      [200, '/p ok'],
      [200, '/ ok'],
    ],
  })
})

test('the bundle for browsers holds nothing of Node', () => {
  expect(script).not.toMatch(/node:|require\(|\bBuffer\b|\bprocess\b/)
})

test('on an edge runtime', async () => {
  const edge = new EdgeVM({ initialCode: script })
  const answer: unknown = await edge.evaluate(
    `runScenario(${JSON.stringify(origin)}).then((it) => JSON.stringify(it))`,
  )
  expect(JSON.parse(String(answer))).toEqual(expected)
})

test.skipIf(isChromiumMissing())('in Chromium', async () => {
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage()
    await page.goto(origin)
    const answer = await page.evaluate(
      `runScenario(${JSON.stringify(origin)}).then((it) => JSON.stringify(it))`,
    )
    expect(JSON.parse(String(answer))).toEqual(expected)
  } finally {
    await browser.close()
  }
})
