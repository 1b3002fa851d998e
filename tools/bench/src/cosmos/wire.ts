/**
 * The least client a Cosmos server can have: the requests of `@azure/cosmos` 4.10.1, signed as it signs them, and nothing
 * done with an answer but reading it.
 */

import { createHmac } from 'node:crypto'
import { Agent, request } from 'undici'
import { itemOf, keyOf } from './sdk.ts'
import type { Server } from './servers.ts'

/** Writes and reads the items of the bench's container. */
export interface WireClient {
  create(number: number): Promise<void>
  upsert(number: number): Promise<void>
  read(number: number): Promise<void>
  close(): Promise<void>
}

interface Call {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

const container = 'dbs/bench/colls/items'

/** Connects to a server with at most `connections` connections, kept alive where the server keeps them. */
export function connect(server: Server, connections: number): WireClient {
  const dispatcher = new Agent({ connections })
  const date = new Date().toUTCString()
  const sign = (verb: string, link: string): string => {
    const text = `${verb}\ndocs\n${link}\n${date.toLowerCase()}\n\n`
    const signature = createHmac('sha256', Buffer.from(server.key, 'base64')).update(text).digest('base64')
    return encodeURIComponent(`type=master&ver=1.0&sig=${signature}`)
  }
  const send = async (path: string, number: number, call: Call): Promise<void> => {
    const headers = {
      'cache-control': 'no-cache',
      'x-ms-date': date,
      'x-ms-version': '2020-07-15',
      'x-ms-documentdb-partitionkey': JSON.stringify([keyOf(number).pk]),
      ...call.headers,
    }
    const { statusCode, body } = await request(server.endpoint + path, { ...call, headers, dispatcher })
    await body.text()
    if (statusCode > 201) throw new Error(`${call.method} ${path} answered ${statusCode}`)
  }
  const authorization = sign('post', container)
  const write = async (number: number, more: Call['headers']): Promise<void> => {
    const headers = { authorization, 'content-type': 'application/json', ...more }
    await send(`${container}/docs`, number, { method: 'POST', headers, body: JSON.stringify(itemOf(number)) })
  }
  return {
    create: (number) => write(number, {}),
    upsert: (number) => write(number, { 'x-ms-documentdb-is-upsert': 'true' }),
    read: async (number) => {
      const link = `${container}/docs/${keyOf(number).id}`
      await send(link, number, { method: 'GET', headers: { authorization: sign('get', link) } })
    },
    close: () => dispatcher.close(),
  }
}
