/**
 * A server whose record is read where it lies: in the container of local Azure, not through the server.
 */

import { createHmac, hkdfSync } from 'node:crypto'
import { CosmosClient } from '@azure/cosmos'
import { type LocalAzure, settingsOf } from '@latchkey/local-azure'
import type { LogEvent } from '../../src/index.ts'
import { type Answer, type CallOptions, createLocalServer, type LocalServer } from './local-server.ts'
import { alice, bob, signInAt } from './sign-in-page.ts'

/** A row as it is stored. */
export interface AuditRow {
  readonly id: string
  readonly subject: string
  readonly [field: string]: unknown
}

export interface Somebody {
  readonly id: string
  readonly email: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly sid: string
}

/** Everything an act needs: people, a way to call with an id of the caller for the act, and names for the unnamed. */
export interface AuditWorld {
  readonly localAzure: LocalAzure
  readonly server: LocalServer
  readonly lines: LogEvent[]
  readonly admin: Somebody
  readonly bob: Somebody
  /** The id that the caller gives the calls that follow. */
  callerCorrelationId: string
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** A function of `/api` by POST, with the function key. */
  api(name: string, parameters?: Readonly<Record<string, unknown>>): Promise<Answer>
  /** A new person with a session. */
  newcomer(role?: string): Promise<Somebody>
  /** A browser that waits to come back from the sign-in page. */
  browser(): Promise<{ readonly cookie: string; readonly back: URL }>
  /** Every row with its entity tag, as stored. */
  rows(): Promise<ReadonlyMap<string, { readonly etag: string; readonly row: AuditRow }>>
  /** The pseudonym, reckoned apart from the server. */
  nameOf(kind: 'client' | 'email' | 'key', text: string): string
}

export const clientAddress = '203.0.113.1'

const unlimited = Object.fromEntries(
  ['signIn', 'account', 'refresh', 'session', 'checkAccount', 'read', 'admin'].map((name) => [
    name,
    { points: 1e6, seconds: 1 },
  ]),
)

export async function createAuditWorld(
  localAzure: LocalAzure,
  environment: Readonly<Record<string, string>> = {},
): Promise<AuditWorld> {
  const lines: LogEvent[] = []
  const server = createLocalServer(localAzure, {
    environment,
    app: { limits: unlimited },
    ports: { log: (event) => lines.push(event) },
  })
  const { parts } = server.latchkey
  const { endpoint, key } = localAzure.endpoints.cosmos
  const container = new CosmosClient({ endpoint, key }).database('latchkey-system').container('Audit')
  const [, refreshKey = ''] = (settingsOf(localAzure.endpoints)['LATCHKEY_REFRESH_KEYS'] ?? '').split(/[:,]/)
  const derived = Buffer.from(
    hkdfSync('sha256', Buffer.from(refreshKey, 'base64'), '', 'latchkey pseudonyms', 32),
  )
  let count = 0

  const begin = async (email: string, role: string): Promise<Somebody> => {
    const { objectId: id } = (await server.api('CheckAccount', { email })).json.user
    const subject = (await parts.provider.subjectOf(id)) ?? { issuer: '', subject: '' }
    const { session, accessToken, refreshToken } = await parts.sessions.begin({
      person: { id, subject, name: 'N' },
      role,
    })
    return { id, email, accessToken, refreshToken, sid: session.sid }
  }
  const world: AuditWorld = {
    localAzure,
    server,
    lines,
    callerCorrelationId: 'preparation',
    admin: await begin(alice.email, 'admin'),
    bob: await begin(bob.email, 'new'),
    call: (method, path, { headers, ...options } = {}) =>
      server.call(method, path, {
        ...options,
        headers: { ...headers, 'x-correlation-id': world.callerCorrelationId },
      }),
    api: (name, body = {}) =>
      world.call('POST', `/api/${name}`, {
        body,
        headers: { 'x-functions-key': localAzure.endpoints.api.functionKey },
      }),
    newcomer: (role = 'new') => {
      count += 1
      return begin(`audit-${count}@contoso.example`, role)
    },
    browser: async () => {
      const away = await server.call('GET', '/auth/sign-in')
      const [cookie = ''] = away.headers.getSetCookie()
      const back = await signInAt(away.headers.get('location') ?? '', bob)
      return { cookie: cookie.split(';')[0] ?? '', back }
    },
    rows: async () => {
      const { resources } = await container.items.readAll<AuditRow & { _etag: string }>().fetchAll()
      return new Map(
        resources.map((document) => {
          const ours = Object.entries(document).filter(([name]) => !name.startsWith('_'))
          return [document.id, { etag: document._etag, row: Object.fromEntries(ours) as unknown as AuditRow }]
        }),
      )
    },
    nameOf: (kind, text) =>
      `hmac-${kind}-${createHmac('sha256', derived).update(`${kind}\n${text}`).digest('base64url')}`,
  }
  return world
}
