/**
 * Entra and Microsoft Graph on one port, as one directory.
 */

import { answerGraph, type GraphParts, graphRoot } from '../graph/graph-service.ts'
import { GraphThrottle } from '../graph/throttle.ts'
import type { AccessTokenVerifier } from '../host/access-token-verifier.ts'
import type { AccountSummary } from '../host/dashboard-sources.ts'
import type { LocalService, Overview, ServiceHost } from '../host/service.ts'
import { parseAddress } from './address.ts'
import { answerB2c } from './b2c/b2c-routes.ts'
import { emailOf } from './directory/account.ts'
import { seedDirectories } from './directory/directory.ts'
import { clearDirectoryTables } from './directory/tables.ts'
import { answerEmulator, type EmulatorControls } from './emulator-routes.ts'
import { createEntraContext, type EntraContext } from './entra-context.ts'
import { answerManagedIdentity } from './managed-identity.ts'
import { answerTenant } from './tenant/tenant-routes.ts'
import { verifyAccessToken } from './tokens.ts'

/** The Entra service, with what its neighbours ask of it. */
export interface EntraService extends LocalService, AccessTokenVerifier, EmulatorControls {
  /** Everybody in the directories. */
  accounts(): readonly AccountSummary[]
}

/** The entra service of local Azure. */
export function createEntraService(host: ServiceHost): EntraService {
  const context = createEntraContext(host)
  const directories = Object.values(context.directories)
  seedDirectories(host, directories)
  const throttle = new GraphThrottle(host.clock, host.throttling)
  const parts: GraphParts = { context, throttle }
  const controls: EmulatorControls = {
    setReplicationLag: (seconds) => {
      context.lag.seconds = seconds
    },
    registerCertificate: (clientId, pem) => context.certificates.register(clientId, pem),
    rotateSigningKey: async (owner) => (await context.signingKeys.rotate(owner)).kid,
  }
  return {
    ...controls,
    name: 'entra',
    fetch: (request) => answer(parts, controls, request),
    reset: () => {
      context.lag.seconds = 0
      throttle.clear()
      clearDirectoryTables(host.database)
      seedDirectories(host, directories)
    },
    close: () => undefined,
    overview: () => describe(context),
    accounts: () => listAccounts(context),
    verifyAccessToken: (token, wanted) => verifyAccessToken(context, token, wanted),
  }
}

async function answer(parts: GraphParts, controls: EmulatorControls, request: Request): Promise<Response> {
  const { context } = parts
  const url = new URL(request.url)
  if (url.pathname.startsWith(graphRoot)) return answerGraph(parts, request, url)
  const other =
    (await answerManagedIdentity(context, request, url)) ??
    (await answerEmulator(controls, request, url.pathname))
  if (other) return other
  const address = parseAddress(context, url)
  const answered =
    address?.policy === undefined
      ? address && (await answerTenant(context, address, request))
      : await answerB2c(context, address.policy, address, address.path, request)
  return answered ?? new Response('The resource you are looking for has been removed.', { status: 404 })
}

function listAccounts({ directories }: EntraContext): readonly AccountSummary[] {
  return Object.values(directories).flatMap(({ accounts, groups, name }) =>
    accounts.list().map((account) => ({
      objectId: account.objectId,
      directory: name,
      email: emailOf(account),
      displayName: account.displayName,
      enabled: account.enabled,
      passwordChanged: (account.passwordChangedAtMs ?? 0) > account.createdAtMs,
      groups: groups.of(account.objectId).map(({ displayName }) => displayName),
    })),
  )
}

function describe(context: EntraContext): readonly Overview[] {
  const people = listAccounts(context).map(({ directory, displayName, email, enabled, groups, objectId }) => [
    directory,
    email,
    displayName,
    enabled ? 'yes' : 'no',
    groups.join(', '),
    objectId,
  ])
  const applications = context.applications
    .list()
    .map(({ clientId, directories, kind, name }) => [name, kind, directories.join(', '), clientId])
  return [
    {
      title: 'Users',
      columns: ['Directory', 'Email', 'Name', 'Enabled', 'Groups', 'Object id'],
      rows: people,
    },
    { title: 'Applications', columns: ['Name', 'Kind', 'Directories', 'Client id'], rows: applications },
  ]
}
