/**
 * A server behind a socket, and a browser as far as redirects and cookies go.
 */

import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { type LocalAzure, settingsOf } from '@latchkey/local-azure'
import {
  createApp,
  createLatchkey,
  type Environment,
  type LatchkeyPorts,
  parseSettings,
} from '../../src/index.ts'

const servers: ServerType[] = []
/** Closes what {@link openBrowser} opened; for `afterEach`. */
export function closeBrowsers(): void {
  for (const server of servers.splice(0)) server.close()
}

/** A browser as far as redirects and the cookie of the way there go. */
export interface Browser {
  readonly origin: string
  go(url: string | URL, init?: RequestInit): Promise<Response>
}

/** A server on a port of its own, and a browser at it. */
export async function openBrowser(
  localAzure: LocalAzure,
  environment: Environment = {},
  ports: LatchkeyPorts = {},
): Promise<Browser> {
  let answer: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 503 })
  const server = await new Promise<ServerType>((listening) => {
    const starting = serve({ fetch: (request) => answer(request), port: 0, hostname: '127.0.0.1' }, () =>
      listening(starting),
    )
  })
  servers.push(server)
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const settings = parseSettings({
    ...settingsOf(localAzure.endpoints),
    NODE_ENV: 'development',
    LATCHKEY_PUBLIC_URL: origin,
    ...environment,
  })
  answer = createApp(createLatchkey(settings, { clock: localAzure.clock, ...ports })).fetch
  const cookies = new Map<string, string>()
  return {
    origin,
    go: async (url, init) => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(new URL(url, origin), {
        redirect: 'manual',
        ...init,
        headers: {
          cookie,
          accept: 'text/html',
          'x-latchkey': '1',
          ...Object.fromEntries(new Headers(init?.headers)),
        },
      })
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (value === '') cookies.delete(name)
        else cookies.set(name, value)
      }
      return response
    },
  }
}
