/**
 * Accounts in a Microsoft Entra directory, through Microsoft Graph.
 *
 * Graph is eventually consistent: what was created a moment ago may be unknown to the replica that answers next. Such
 * waiting is done for our own fresh objects only; elsewhere a 404 is a 404.
 */

import type { Clock } from '@latchkey/common'
import { inputError, serverError } from '../errors.ts'
import { asObject, type UpstreamAnswer, upstreamFailure } from '../upstream-request.ts'
import type { Account, Accounts, AccountWithGroups } from './accounts.ts'
import { type GraphClient, readPage } from './graph-client.ts'
import { createGraphGroups } from './graph-groups.ts'

const userFields =
  'id,displayName,accountEnabled,identities,mail,userType,country,streetAddress,passwordPolicies,' +
  'lastPasswordChangeDateTime,signInSessionsValidFromDateTime'
const freshDelaysMs = [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]

export interface GraphAccountsOptions {
  readonly graph: GraphClient
  /** The issuer of local accounts, for example `contoso.onmicrosoft.com`. */
  readonly domain: string
  readonly clock: Clock
}

/** Makes accounts over one directory. */
export function createGraphAccounts(options: GraphAccountsOptions): Accounts {
  const { graph, domain, clock } = options
  const groups = createGraphGroups(graph, clock)

  const loadOnce = async (id: string): Promise<AccountWithGroups | undefined> => {
    const path = `/users/${encodeURIComponent(id)}`
    const [user, memberOf] = await graph.getTogether([
      `${path}?$select=${userFields}`,
      `${path}/memberOf?$select=id,displayName&$top=999`,
    ])
    if (!user || !memberOf || user.status === 404 || memberOf.status === 404) return undefined
    if (user.status !== 200) throw upstreamFailure('graph', user)
    if (memberOf.status !== 200) throw upstreamFailure('graph', memberOf)
    const { values, nextLink } = readPage(memberOf.body)
    const rest = nextLink === undefined ? [] : await graph.readAll(nextLink, 10_000)
    return { account: readAccount(user.body), groups: [...values, ...rest].flatMap(groupName) }
  }

  const expect204 = async (answer: Promise<UpstreamAnswer>, ...alsoFine: number[]): Promise<void> => {
    const done = await answer
    if (done.status !== 204 && !alsoFine.includes(done.status)) throw upstreamFailure('graph', done)
  }

  return {
    load: async (id, { patienceMs = 0 } = {}) => {
      const untilMs = clock.now() + patienceMs
      for (const delayMs of freshDelaysMs) {
        const found = await loadOnce(id)
        if (found || clock.now() + delayMs > untilMs) return found
        await graph.wait(delayMs)
      }
      return loadOnce(id)
    },

    findByEmail: async (email) => {
      const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
      const filter = `identities/any(c:c/issuerAssignedId eq ${literal(email)} and c/issuer eq ${literal(domain)})`
      const path = `/users?$select=${userFields}&$filter=${encodeURIComponent(filter)}`
      const [user] = await graph.readAll(path, 1)
      return user && readAccount(user)
    },

    create: async ({ email, displayName, password }) => {
      const answer = await graph.send({
        method: 'POST',
        path: '/users',
        body: {
          accountEnabled: true,
          displayName,
          identities: [{ signInType: 'emailAddress', issuer: domain, issuerAssignedId: email }],
          passwordProfile: { password, forceChangePasswordNextSignIn: false },
          passwordPolicies: 'DisablePasswordExpiration',
        },
      })
      // The answer to a create holds fewer fields than a read; these are what every such account has.
      if (answer.status === 201)
        return {
          userType: 'Member',
          passwordPolicies: 'DisablePasswordExpiration',
          ...readAccount(answer.body),
        }
      if (isConflict(answer)) throw serverError('ERR_SERVER_ACCOUNT_EXISTS', 'The address is taken')
      throw upstreamFailure('graph', answer)
    },

    list: async ({ pageSize, next }) => {
      const path = `/users?$select=${userFields}&$top=${pageSize}`
      const answer = await graph.send({
        method: 'GET',
        path: `${path}${next === undefined ? '' : pageAt(next)}`,
      })
      // Our own question is sound, so what Graph does not understand is the cursor.
      if (answer.status === 400 && next !== undefined) throw inputError('next', 'is not of this list')
      if (answer.status !== 200) throw upstreamFailure('graph', answer)
      const { values, nextLink } = readPage(answer.body)
      const accounts = values.map(readAccount)
      const cursor = nextLink === undefined ? null : new URL(nextLink).searchParams.get('$skiptoken')
      if (nextLink !== undefined && cursor === null)
        throw serverError('ERR_SERVER_UPSTREAM', 'Graph answered a link without a token', {
          service: 'graph',
        })
      return cursor === null ? { accounts } : { accounts, next: Buffer.from(cursor).toString('base64url') }
    },

    setEnabled: (id, enabled) =>
      expect204(
        graph.send({
          method: 'PATCH',
          path: `/users/${encodeURIComponent(id)}`,
          body: { accountEnabled: enabled },
          mayRepeat: true,
        }),
      ),

    remove: (id) =>
      expect204(graph.send({ method: 'DELETE', path: `/users/${encodeURIComponent(id)}` }), 404),

    endSignIns: (id) =>
      expect204(
        graph.send({
          method: 'POST',
          path: `/users/${encodeURIComponent(id)}/revokeSignInSessions`,
          mayRepeat: true,
        }),
        200,
        404,
      ),

    hasGroup: async (role) => (await groups.find(role)) !== undefined,
    addToGroup: (id, role) => groups.add(id, role, freshDelaysMs),
    removeFromGroup: (id, role) => groups.remove(id, role),
    membersOf: (role, most) => groups.members(role, most),
  }
}

/** A user as Graph answers it. */
export function readAccount(body: unknown): Account {
  const user = asObject(body)
  const text = (name: string): string | undefined => {
    const value = user[name]
    return typeof value === 'string' ? value : undefined
  }
  const email = signInAddress(user['identities']) ?? text('mail')
  const optional = {
    email,
    userType: text('userType'),
    country: text('country'),
    streetAddress: text('streetAddress'),
    passwordPolicies: text('passwordPolicies'),
    signInsValidFromMs: latest(text('lastPasswordChangeDateTime'), text('signInSessionsValidFromDateTime')),
  }
  return {
    id: text('id') ?? '',
    displayName: text('displayName') ?? '',
    enabled: user['accountEnabled'] === true,
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<Account>),
  }
}

function latest(...instants: readonly (string | undefined)[]): number | undefined {
  const times = instants.map((instant) => Date.parse(instant ?? '')).filter((ms) => !Number.isNaN(ms))
  return times.length === 0 ? undefined : Math.max(...times)
}

function signInAddress(identities: unknown): string | undefined {
  for (const entry of Array.isArray(identities) ? identities : []) {
    const { signInType, issuerAssignedId } = asObject(entry)
    if (signInType === 'emailAddress' && typeof issuerAssignedId === 'string')
      return issuerAssignedId.toLowerCase()
  }
  return undefined
}

function groupName(member: Readonly<Record<string, unknown>>): readonly string[] {
  const { '@odata.type': type, displayName } = member
  return type === '#microsoft.graph.group' && typeof displayName === 'string' ? [displayName] : []
}

/** Whether a create was refused because the object is there: Graph says 400 with ObjectConflict in the details. */
function isConflict(answer: UpstreamAnswer): boolean {
  const { code, details, message } = asObject(asObject(answer.body)['error'])
  if (answer.status === 409 || code === 'Request_ResourceExists') return true
  const hasConflict =
    Array.isArray(details) && details.some((one) => asObject(one)['code'] === 'ObjectConflict')
  return answer.status === 400 && (hasConflict || /already exists/i.test(String(message)))
}

/** The place in the list alone: what is listed is never a client's to choose. */
function pageAt(next: string): string {
  return `&$skiptoken=${encodeURIComponent(Buffer.from(next, 'base64url').toString())}`
}
