/**
 * What a service is told of a request: the same whether or not a Request of the platform was made of it.
 */

import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { type Listener, type ListenOptions, listen } from '../../src/host/listen.ts'
import { type PlainRequest, plainRequestOf } from '../../src/host/plain-request.ts'
import { TextResponse } from '../../src/host/text-response.ts'

const maxBytes = 10

async function describeRequest(request: PlainRequest): Promise<string> {
  const { method, target } = request
  const header = [request.header('x-one'), request.header('none')]
  // Asked twice: a body is read once and there for everybody.
  const text = [await request.text(maxBytes), await request.text(maxBytes)]
  return JSON.stringify({ method, target, header, origin: request.origin(), text })
}

type Way = Pick<ListenOptions, 'fetch' | 'answer'>

const unexpected = (): never => {
  throw new Error('The other way was taken')
}
const ways: readonly [name: string, way: Way][] = [
  [
    'plain',
    {
      fetch: unexpected,
      answer: async (request) =>
        TextResponse.create(await describeRequest(request), { status: 200, headers: { 'x-way': 'plain' } }),
    },
  ],
  [
    'through a Request',
    {
      fetch: async (request, context) =>
        new Response(await describeRequest(plainRequestOf(request, context))),
    },
  ],
]

async function withListener(way: Way, use: (listener: Listener) => Promise<void>): Promise<void> {
  const listener = await listen({ port: 0, ...way, upgrade: (_, socket) => socket.destroy() })
  try {
    await use(listener)
  } finally {
    await listener.close()
  }
}

async function send(port: number, chunks: readonly (string | Buffer)[]): Promise<unknown> {
  const options = { port, host: '127.0.0.1', method: 'POST', path: '/a%2Fb/../c?d=%20' }
  const sent = httpRequest({ ...options, headers: { 'X-One': '1' } })
  // More than one write goes out in chunks, without a length that could be believed beforehand.
  for (const chunk of chunks) sent.write(chunk)
  sent.end()
  const [response] = await once(sent, 'response')
  let body = ''
  for await (const part of response) body += String(part)
  return JSON.parse(body)
}

describe.for(ways)('%s', ([, way]) => {
  const euro = Buffer.from('€')

  test.for<[name: string, chunks: (string | Buffer)[], text: string | null]>([
    ['no body', [], ''],
    ['a body', ['{"a":1}'], '{"a":1}'],
    ['a character in two chunks', [euro.subarray(0, 1), euro.subarray(1)], '€'],
    ['a byte order mark', ['\ufeff{}'], '{}'],
    ['as many bytes as allowed', ['12345', '67890'], '1234567890'],
    ['one more', ['12345', '678901'], null],
    ['too many bytes in few characters', ['€€', '€€'], null],
  ])('%s', async ([, chunks, text]) => {
    await withListener(way, async ({ port }) => {
      expect(await send(port, chunks)).toEqual({
        method: 'POST',
        target: '/a%2Fb/../c?d=%20',
        header: ['1', null],
        origin: `http://127.0.0.1:${port}`,
        text: [text, text],
      })
    })
  })
})

test('a client that goes away in the middle of its body is nobody to wait for', async () => {
  let told = (_: unknown): void => undefined
  const outcome = new Promise((resolve) => {
    told = resolve
  })
  const answer: ListenOptions['answer'] = async (request) => {
    await request.text(maxBytes).then(told, told)
    return TextResponse.create('', { status: 200, headers: {} })
  }
  await withListener({ fetch: unexpected, answer }, async ({ port }) => {
    const socket = connect(port, '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1234')
    setImmediate(() => socket.end())
    expect(await outcome).toMatchObject({ code: 'ECONNRESET' })
  })
})
