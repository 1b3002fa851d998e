/** What the page's client makes of answers and of signals, without a server. */

import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { createLatchkeyClient, type LatchkeyClient, type RequestOptions } from '../src/client/index.ts'

const baseUrl = 'https://app.test'

/** A client of a server that answers nothing, ever, and sees when it is given up. */
function createWaiting() {
  const aborted: string[] = []
  const client = createLatchkeyClient({
    baseUrl,
    fetch: (input, init) =>
      new Promise((_resolve, reject) => {
        const { signal } = init ?? {}
        const give = () => {
          aborted.push(new URL(String(input)).pathname)
          reject(signal?.reason)
        }
        if (signal?.aborted) give()
        signal?.addEventListener('abort', give)
      }),
  })
  return { client, aborted }
}

const methods: readonly (readonly [
  string,
  string,
  (client: LatchkeyClient, options: RequestOptions) => Promise<unknown>,
])[] = [
  ['me', '/v1/me', (client, options) => client.me(options)],
  ['signOut', '/auth/sign-out', (client, options) => client.signOut(options)],
  [
    'communicationToken',
    '/v1/tokens/communication',
    (client, options) => client.communicationToken(['chat'], options),
  ],
  ['fluidToken', '/v1/tokens/fluid', (client, options) => client.fluidToken({ documentId: 'd', ...options })],
  ['cosmosTokens', '/v1/tokens/cosmos', (client, options) => client.cosmosTokens(options)],
  [
    'tokenRefresher',
    '/v1/tokens/communication',
    (client, { signal }) => client.communicationCredential().tokenRefresher(signal),
  ],
]

describe.each(methods)('%s', (_name, path, call) => {
  test('is given up with the reason of its signal, before and after it was sent', async () => {
    const { client, aborted } = createWaiting()
    const controller = new AbortController()
    const waiting = call(client, { signal: controller.signal })
    await Promise.resolve()
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect(call(client, { signal: controller.signal })).rejects.toThrow('enough')
    expect(new Set(aborted)).toEqual(new Set([path]))
  })

  test("by a signal of Azure's kind too", async () => {
    const { client } = createWaiting()
    const listeners: (() => void)[] = []
    const signal = {
      aborted: false,
      addEventListener: (_type: 'abort', listener: () => void) => listeners.push(listener),
    }
    const waiting = call(client, { signal })
    await Promise.resolve()
    for (const listener of listeners) listener()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    await expect(call(client, { signal: { ...signal, aborted: true } })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})

describe('an answer that is not what the server answers is told by its member', () => {
  const answering = (body: object) =>
    createLatchkeyClient({ baseUrl, fetch: async () => Response.json(body) })

  test.for([
    ['id', { displayName: 'A', role: 'new', profile: null }],
    ['displayName', { id: '1', displayName: 7, role: 'new' }],
    ['role', { id: '1', displayName: 'A' }],
  ] as const)('me without %s', async ([name, body]) => {
    await expect(answering(body).me()).rejects.toMatchObject({
      code: 'ERR_CLIENT_ANSWER',
      message: `The answer has no ${name}`,
    })
  })

  test('a token without its text', async () => {
    const client = answering({})
    for (const call of [client.communicationToken, client.fluidToken, client.cosmosTokens])
      await expect(call()).rejects.toMatchObject({ code: 'ERR_CLIENT_ANSWER' })
  })

  test('me has what it should and nothing else', async () => {
    const profile = { city: 'Lyon' }
    const me = await answering({ id: '1', displayName: 'A', role: 'new', profile, more: 1 }).me()
    expect(me).toEqual({ id: '1', displayName: 'A', role: 'new', profile })
  })
})

describe('a client names the person it is for, and takes no for signed out', () => {
  const me = { id: 'Zoë 1', displayName: 'Zoë', role: 'new', profile: null }

  async function seenBy(accessToken?: () => string) {
    const named: (string | null)[] = []
    const client = createLatchkeyClient({
      baseUrl,
      ...(accessToken && { accessToken }),
      fetch: async (url, init) => {
        named.push(new Headers(init?.headers).get('x-latchkey-person'))
        return String(url).endsWith('/me') ? Response.json(me) : new Response(null, { status: 401 })
      },
    })
    const signOuts = [await client.signOut().catch(({ code }) => code)]
    await client.me()
    await client.me()
    signOuts.push(await client.signOut().catch(({ code }) => code))
    return { named, signOuts }
  }

  test('by cookie', async () => {
    const { named, signOuts } = await seenBy()
    expect(named).toEqual([null, null, null, 'Zo%C3%AB%201'])
    expect(signOuts).toEqual([undefined, undefined])
  })

  test('but not by token, which is its holder’s, and whose session may go on after it has ended', async () => {
    const { named, signOuts } = await seenBy(() => 'token')
    expect(named).toEqual([null, null, null, null])
    expect(signOuts).toEqual(['ERR_CLIENT_SIGNED_OUT', 'ERR_CLIENT_SIGNED_OUT'])
  })
})

test('it is for browsers, of our own files alone, and at most 4 kB', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../src/client/index.ts', import.meta.url))],
    ...{ bundle: true, minify: true, format: 'esm', platform: 'browser', write: false, metafile: true },
  })
  const code = outputFiles[0]?.text ?? ''
  for (const input of Object.keys(metafile.inputs)) expect(input).toMatch(/^src\/client\/[a-z-]+\.ts$/)
  expect(code).toContain('x-latchkey')
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(4_000)
})
