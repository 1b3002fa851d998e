/**
 * One tenant: its people, its groups and its names.
 */

import { externalTenantName, tenantName } from '../../endpoints.ts'
import { type SeedUser, seedGroups, seedUsers } from '../../host/seed.ts'
import type { ServiceHost } from '../../host/service.ts'
import type { DirectoryName } from './account.ts'
import { Accounts } from './accounts.ts'
import { Groups } from './groups.ts'

/** One tenant. */
export interface Directory {
  readonly name: DirectoryName
  readonly tenantId: string
  /** For example `contoso.onmicrosoft.com`. */
  readonly domain: string
  readonly accounts: Accounts
  readonly groups: Groups
}

/** Opens a tenant on the tables of the host's database. */
export function openDirectory(host: ServiceHost, name: DirectoryName): Directory {
  const domain = `${name === 'b2c' ? tenantName : externalTenantName}.onmicrosoft.com`
  return {
    name,
    domain,
    tenantId: host.keys.id(name === 'b2c' ? 'b2c-tenant' : 'external-id-tenant'),
    accounts: new Accounts(name, host.database, host.clock, domain),
    groups: new Groups(name, host.database, host.clock),
  }
}

/** Puts the seeded people and groups into new directories; does nothing to directories that had their seed. */
export function seedDirectories(host: ServiceHost, directories: readonly Directory[]): void {
  const { clock, database } = host
  if (database.get('SELECT 1 FROM seeded')) return
  database.transaction(() => {
    database.run('INSERT INTO seeded VALUES (?)', clock.now())
    for (const directory of directories) seed(host, directory)
  })
}

function seed({ keys }: ServiceHost, directory: Directory): void {
  const suffix = directory.name === 'b2c' ? '' : `:${directory.name}`
  for (const group of seedGroups) {
    const properties = { description: `People with the role ${group}`, mailNickname: group }
    directory.groups.create({ displayName: group, properties }, keys.id(`group:${group}${suffix}`))
  }
  for (const user of seedUsers) {
    const account = directory.accounts.create({
      objectId: keys.id(`user:${user.alias}${suffix}`),
      ...describe(user, directory.domain),
    })
    directory.groups.addMember(keys.id(`group:${user.role}${suffix}`), account.objectId)
  }
}

function describe(
  { displayName, email, password }: SeedUser,
  domain: string,
): Parameters<Accounts['create']>[0] {
  const [givenName = displayName, surname] = displayName.split(' ')
  const identity = { signInType: 'emailAddress', issuer: domain, issuerAssignedId: email }
  return {
    displayName,
    password,
    enabled: true,
    identities: [identity],
    properties: { givenName, ...(surname === undefined ? {} : { surname }) },
  }
}
