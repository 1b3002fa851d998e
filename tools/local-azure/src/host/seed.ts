/**
 * What a new local Azure holds, so that the first minute already shows something.
 *
 * Each service seeds itself from these constants when its database is empty.
 */

/** A person who can sign in from the start. */
export interface SeedUser {
  /** Names the person's object id in the data folder's keys: `keys.id('user:alice')`. */
  readonly alias: string
  readonly email: string
  readonly password: string
  readonly displayName: string
  /** The directory group the person is in. */
  readonly role: 'new' | 'admin' | 'guest' | 'editor'
}

export const seedUsers: readonly SeedUser[] = [
  {
    alias: 'alice',
    email: 'alice@contoso.example',
    password: 'Front-Door-4280',
    displayName: 'Alice Archer',
    role: 'admin',
  },
  {
    alias: 'bob',
    email: 'bob@contoso.example',
    password: 'Front-Door-4281',
    displayName: 'Bob Baker',
    role: 'new',
  },
  { alias: 'test', email: 'test@test.com', password: 'abc', displayName: 'Test', role: 'new' },
]

/** The directory groups, which are the roles. */
export const seedGroups = ['new', 'admin', 'guest', 'editor'] as const

/** How a role may use a table: the words stored in the RolePermissions container. */
export interface SeedRolePermission {
  readonly role: string
  readonly table: string
  readonly permission: 'read' | 'read-write' | 'id-read' | 'id-read-write' | 'none'
}

/** The rows of RolePermissions; id is `{role}.{table}`. */
export const seedRolePermissions: readonly SeedRolePermission[] = [
  { role: 'guest', table: 'Profile', permission: 'read' },
  { role: 'new', table: 'Profile', permission: 'id-read-write' },
  { role: 'new', table: 'User', permission: 'id-read' },
  { role: 'editor', table: 'Profile', permission: 'read-write' },
  { role: 'editor', table: 'User', permission: 'id-read' },
  { role: 'admin', table: 'Profile', permission: 'id-read-write' },
  { role: 'admin', table: 'User', permission: 'read-write' },
]
