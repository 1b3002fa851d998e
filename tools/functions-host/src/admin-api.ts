/**
 * The part of the host's admin API that people use: the state of the host, a function's keys, and starting a function
 * that has no HTTP trigger. Everything needs the master key.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { KeyLevel } from './function-keys.ts'
import type { HttpFrontParts } from './http-front.ts'
import { invokeTimer } from './timer.ts'

/** Whether a path belongs to the admin API. */
export function isAdminPath(pathname: string): boolean {
  return pathname === '/admin' || pathname.startsWith('/admin/')
}

/** Answers a call of the admin API. */
export async function answerAdmin(
  parts: HttpFrontParts,
  level: KeyLevel,
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
): Promise<void> {
  if (level !== 'admin') return send(response, 401)
  const [, , area, name = '', what] = url.pathname.split('/')
  if (request.method === 'GET' && area === 'host' && name === 'status') {
    return send(response, 200, { id: 'latchkey-functions-host', state: 'Running', version: '4.1042.0' })
  }
  if (area !== 'functions') return send(response, 404)
  const registered = parts.app.functions.get(decodeURIComponent(name))
  if (registered === undefined) return send(response, 404)
  if (request.method === 'GET' && what === 'keys') {
    const keys = parts.keys.functions?.[registered.metadata.name] ?? []
    return send(response, 200, { keys: keys.map((value, index) => ({ name: `key${index + 1}`, value })) })
  }
  if (request.method !== 'POST' || what !== undefined) return send(response, 404)
  // As the real host: the call is accepted, and what becomes of it is in the log.
  send(response, 202)
  await invokeTimer(parts.app, registered.metadata.name, { isPastDue: false })
}

function send(response: ServerResponse, status: number, body?: object): void {
  if (body === undefined) {
    response.writeHead(status, { 'content-length': 0 }).end()
    return
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
