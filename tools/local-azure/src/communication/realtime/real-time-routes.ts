/**
 * How a client finds and opens the connection its notifications come through.
 */

import { randomUUID } from 'node:crypto'
import { realTimeVersions } from '../api-versions.ts'
import type { ChatCall } from '../chat/chat.ts'
import { badRequest, notFound } from '../errors.ts'
import { isJsonObject } from '../json-body.ts'
import type { Route } from '../routes.ts'
import { allocationSeconds } from './connection.ts'
import type { RealTime } from './real-time.ts'

type RealTimeRoute = Route<ChatCall['caller']>

/** Says where notifications come from; asked with the bearer token, like chat itself. */
export function configurationRoutes(): readonly RealTimeRoute[] {
  const path = '/chat/config/realTimeNotifications'
  const handle = ({ origin }: ChatCall): Response =>
    Response.json({
      trouterServiceUrl: origin,
      registrarServiceUrl: `${origin}/registrar`,
      cloudType: 'public',
    })
  return [{ method: 'GET', path, versions: realTimeVersions, handle }]
}

/** Opens connections and registers for notifications; asked with the token in `X-Skypetoken`. */
export function connectionRoutes(realTime: RealTime): readonly RealTimeRoute[] {
  const registrations = '/registrar/v3/registrations'
  return [
    { method: 'POST', path: '/v4/a', handle: allocate },
    { method: 'GET', path: '/socket.io/1/', handle: shakeHands },
    { method: 'POST', path: registrations, handle: register },
    { method: 'DELETE', path: `${registrations}/{registrationId}`, handle: unregister },
  ]

  function allocate({ caller, origin, query }: ChatCall): Response {
    const before = { id: query.get('ccid'), signature: query.get('sig') }
    const endpoint = realTime.allocate(caller.identity, before)
    const url = `${origin}${endpoint.path}`
    const endsAtMs = realTime.now() + allocationSeconds * 1000
    return Response.json({
      url,
      surl: url,
      curlb: origin,
      socketio: `${origin}/`,
      id: endpoint.id,
      ccid: endpoint.id,
      ttl: String(allocationSeconds),
      healthUrl: `${origin}/`,
      connectparams: { ccid: endpoint.id, se: String(endsAtMs), sig: endpoint.signature },
    })
  }

  function shakeHands({ caller, query }: ChatCall): Response {
    const endpoint = realTime.endpoints.find(query.get('ccid') ?? '')
    const ours = endpoint?.identity === caller.identity && endpoint.signature === query.get('sig')
    if (!endpoint || !ours) throw notFound('The connection')
    const seconds = 180
    const answer = `${realTime.openTicket(endpoint, caller)}:${seconds}:${seconds}:websocket`
    return new Response(answer, { headers: { 'content-type': 'text/plain' } })
  }

  function register(call: ChatCall): Response {
    const { registrationId, transports } = call.json()
    const id = typeof registrationId === 'string' && registrationId !== '' ? registrationId : randomUUID()
    const [transport] =
      isJsonObject(transports) && Array.isArray(transports['TROUTER']) ? transports['TROUTER'] : []
    const path = isJsonObject(transport) && typeof transport['path'] === 'string' ? transport['path'] : ''
    const [, endpointId = ''] = /\/v4\/f\/([\w-]+)\/$/.exec(path) ?? []
    const endpoint = realTime.endpoints.find(endpointId)
    if (endpoint?.identity !== call.caller.identity)
      throw badRequest('The transport is not known.', 'transports')
    endpoint.register(id)
    return Response.json({ registrationId: id }, { status: 202 })
  }

  function unregister({ caller, parameters }: ChatCall): Response {
    for (const endpoint of realTime.endpoints.of(caller.identity)) {
      if (endpoint.registrationId === parameters['registrationId']) endpoint.unregister()
    }
    return new Response(null, { status: 202 })
  }
}
