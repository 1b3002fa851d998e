/**
 * What every part of the Entra service works with.
 */

import { timingSafeEqual } from 'node:crypto'
import { ReplicationLag } from '../graph/replication-lag.ts'
import type { ServiceHost } from '../host/service.ts'
import { Applications } from './applications.ts'
import { B2cThrottle } from './b2c/throttle.ts'
import type { DirectoryName } from './directory/account.ts'
import { type Directory, openDirectory } from './directory/directory.ts'
import { createDirectoryTables } from './directory/tables.ts'
import { ClientCertificates } from './grants/client-certificates.ts'
import { Seal } from './grants/seal.ts'
import { SpentIds } from './grants/spent-ids.ts'
import { SigningKeys } from './signing-keys.ts'

/** What every part of the Entra service works with. */
export interface EntraContext {
  readonly host: ServiceHost
  readonly directories: Readonly<Record<DirectoryName, Directory>>
  readonly applications: Applications
  readonly signingKeys: SigningKeys
  readonly seal: Seal
  readonly spent: SpentIds
  readonly certificates: ClientCertificates
  readonly throttle: B2cThrottle
  readonly lag: ReplicationLag
  /** The present second. */
  nowSeconds(): number
  /** The issuer of a tenant's tokens, with a slash at its end, as B2C has it (rule E3). */
  issuer(tenantId: string): string
}

/** Opens the directories and everything around them. */
export function createEntraContext(host: ServiceHost): EntraContext {
  createDirectoryTables(host.database)
  const spent = new SpentIds(host.database, host.clock)
  return {
    host,
    directories: { b2c: openDirectory(host, 'b2c'), 'external-id': openDirectory(host, 'external-id') },
    applications: new Applications(host),
    signingKeys: new SigningKeys(host.database, host.clock),
    seal: new Seal(() => host.keys.key('entra-seal'), host.clock),
    spent,
    certificates: new ClientCertificates(host.database, host.clock, spent),
    throttle: new B2cThrottle(host.clock, host.throttling),
    lag: new ReplicationLag(host.clock),
    nowSeconds: () => Math.floor(host.clock.now() / 1_000),
    issuer: (tenantId) => {
      // The port is where the tenant is, as b2clogin.com is in Azure; the name does not change with the way in.
      const { origin } = new URL(host.endpoints().entra.b2c.authority)
      return `${origin}/emulator/${tenantId}/v2.0/`
    },
  }
}

/** Compares two secrets without telling by the time taken how much of them agrees. */
export function isSameSecret(actual: string, expected: string): boolean {
  const a = Buffer.from(actual)
  const b = Buffer.from(expected)
  return a.length === b.length && timingSafeEqual(a, b)
}
