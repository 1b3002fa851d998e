/**
 * Azure Fluid Relay on this machine: the real server parts, on SQLite, behind real checks of every token.
 *
 * The parts are loaded with the first request that names a document, so that local Azure itself is ready at once.
 */

import type { LocalService, ServiceHost } from '../host/service.ts'
import { readClaims, type TokenJudge } from './authorization.ts'
import { DocumentList } from './document-list.ts'
import type { LiveRelay } from './live-relay.ts'
import { readRequest, UnreadableRequest } from './restless.ts'
import type { Route } from './routes.ts'
import type { ServerClaims } from './token-gate.ts'

/** The Fluid service, with what the control API does to it. */
export interface FluidService extends LocalService {
  /** Replaces a tenant key; tokens it signed are refused from then on. */
  regenerateKey(key: 'primary' | 'secondary'): string
}

/** For tests that show what the real service lets happen. */
export interface FluidServiceOptions {
  /** Replaces the rules that are stricter than the real service's; `() => undefined` leaves only its own. */
  readonly judge?: TokenJudge
}

/** The fluid service of local Azure. */
export function createFluidService(host: ServiceHost, options: FluidServiceOptions = {}): FluidService {
  const tenantId = host.keys.id('fluid-tenant')
  const list = new DocumentList(host.database)
  const seen = new Set<string>()
  let loading: Promise<Loaded> | undefined
  let running: LiveRelay | undefined
  const load = (): Promise<Loaded> => {
    loading ??= loadRelay(host, tenantId, options, (token, claims) =>
      recordOnce(host, seen, token, claims),
    ).then((loaded) => {
      running = loaded.relay
      return loaded
    })
    return loading
  }
  const end = async (): Promise<void> => {
    const ending = loading
    loading = undefined
    running = undefined
    await (await ending)?.relay.close()
  }
  return {
    name: 'fluid',
    fetch: async (request) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/') return Response.json({ service: 'fluid', tenantId })
      if (pathname === '/api/v1/ping') return new Response('OK')
      const loaded = await load()
      // Asked by `start` once everything is printed, so that the first document need not wait.
      if (pathname === '/ready') return Response.json({ ready: true })
      return answer(request, host, loaded)
    },
    upgrade: (request, socket, head) => {
      // Until the engine takes over, a broken connection must not become an unhandled error.
      socket.on('error', () => socket.destroy())
      load().then(
        ({ relay }) => relay.accept(request, socket, head),
        () => socket.destroy(),
      )
    },
    overview: () => list.overview((documentId) => running?.connectionsOf(documentId) ?? 0),
    regenerateKey: (key) => host.keys.regenerate(`fluid-${key}`),
    reset: async () => {
      await end()
      seen.clear()
      list.clear()
    },
    close: end,
  }
}

// The tenant of clients of type `local`, who cannot name another.
const localTenantId = 'local'

interface Loaded {
  readonly relay: LiveRelay
  readonly routes: readonly { readonly pattern: URLPattern; readonly route: Route }[]
}

async function loadRelay(
  host: ServiceHost,
  tenantId: string,
  { judge }: FluidServiceOptions,
  onAccepted: (token: string, claims: ServerClaims) => void,
): Promise<Loaded> {
  const [{ LiveRelay }, { routes }] = await Promise.all([import('./live-relay.ts'), import('./routes.ts')])
  const keys = (): { primary: string; secondary: string } => ({
    primary: host.keys.key('fluid-primary'),
    secondary: host.keys.key('fluid-secondary'),
  })
  return {
    relay: new LiveRelay({
      clock: host.clock,
      database: host.database,
      tenantIds: [tenantId, localTenantId],
      keys,
      onAccepted,
      judge,
    }),
    routes: routes.map((route) => ({ pattern: new URLPattern({ pathname: route.path }), route })),
  }
}

async function answer(request: Request, host: ServiceHost, { relay, routes }: Loaded): Promise<Response> {
  try {
    const plain = await readRequest(request)
    for (const { pattern, route } of routes) {
      const match = route.method === plain.method && pattern.exec(plain.url)
      if (!match) continue
      const params = Object.fromEntries(
        Object.entries(match.pathname.groups).map(([name, value]) => [name, decode(value ?? '')]),
      )
      const nowMs = host.clock.now()
      const onCreationToken = (token: string): void => recordCreationToken(host, token)
      const { status, body } = await route.handle({ relay, request: plain, params, nowMs, onCreationToken })
      const headers = { 'cache-control': 'no-store' }
      return body === undefined
        ? new Response(null, { status, headers })
        : Response.json(body, { status, headers })
    }
    return Response.json('No such route', { status: 404 })
  } catch (error) {
    // As the real service: the body of a refusal is its reason, as a JSON text.
    const refusal = error instanceof UnreadableRequest ? error : relay.refusalOf(error)
    if (!refusal) throw error
    return Response.json(refusal.message, { status: refusal.status })
  }
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    throw new UnreadableRequest(400, 'Malformed path')
  }
}

// A token is shown once, when it is first let in: the relay does not issue it, but it is where it counts.
function recordOnce(host: ServiceHost, seen: Set<string>, token: string, claims: ServerClaims): void {
  if (seen.has(token)) return
  if (seen.size > 2_000) seen.clear()
  seen.add(token)
  host.tokens.record({
    service: 'fluid',
    kind: 'Fluid token',
    holder: `${String(Reflect.get(claims.user, 'name'))} (${claims.user.id})`,
    grants: [...claims.scopes, claims.documentId ? `document ${claims.documentId}` : 'a new document'],
    issuedAtMs: claims.iat * 1000,
    expiresAtMs: claims.exp * 1000,
    token,
  })
}

function recordCreationToken(host: ServiceHost, token: string): void {
  const claims = readClaims(token)
  if (!claims) return
  host.tokens.record({
    service: 'fluid',
    kind: 'Fluid creation token',
    holder: String(Reflect.get(Object(claims['user']), 'id')),
    grants: [`proves who created document ${String(claims['documentId'])}`],
    issuedAtMs: Number(claims['iat']) * 1000,
    expiresAtMs: Number(claims['exp']) * 1000,
    token,
  })
}
