/**
 * Accounts in Cosmos DB, for an identity provider without a directory: made at the first sign-in, roles kept beside.
 */

import type { Account, Accounts, AccountWithGroups } from '../../accounts/accounts.ts'
import { inputError, serverError } from '../../errors.ts'
import { newRole, type Subject } from '../../person.ts'
import type { CosmosDatabases } from './cosmos-database.ts'
import { isCosmosStatus } from './cosmos-retry.ts'
import { cursorFailure, readCursor, writeCursor } from './cursor.ts'

interface AccountDocument {
  readonly id: string
  readonly subject: Subject
  readonly displayName: string
  readonly email: string | null
  readonly enabled: boolean
  readonly groups: readonly string[]
  /** Disabled only because the account is about to be removed. */
  readonly isLeaving?: boolean
  /** Removed while it was disabled: nothing is left of the person but that nobody signs in with this id. */
  readonly isRemoved?: boolean
}

const maxRounds = 5

/** Makes accounts in Cosmos. */
export function createCosmosAccounts(databases: CosmosDatabases): Accounts {
  const container = databases.system('Accounts')

  const read = (id: string) =>
    container.find((accounts) => accounts.item(id, id).read<AccountDocument & { _etag: string }>())

  const change = async (id: string, next: (before: AccountDocument) => AccountDocument): Promise<void> => {
    for (let round = 0; round < maxRounds; round += 1) {
      const before = await read(id)
      if (!before || before.isRemoved) throw serverError('ERR_SERVER_NOT_FOUND', 'There is no such account')
      const accessCondition = { type: 'IfMatch', condition: before._etag }
      try {
        await container.change((accounts) => accounts.item(id, id).replace(next(before), { accessCondition }))
        return
      } catch (error) {
        if (!isCosmosStatus(error, 412)) throw error
      }
    }
    throw serverError('ERR_SERVER_THROTTLED', 'The account is being changed too often')
  }

  const select = async (where: string, value: string | boolean): Promise<readonly AccountDocument[]> => {
    const query = { query: `SELECT * FROM c WHERE ${where}`, parameters: [{ name: '@value', value }] }
    const { resources } = await container.run((accounts) =>
      accounts.items.query<AccountDocument>(query).fetchAll(),
    )
    return resources
  }

  return {
    load: async (id) => {
      const document = await read(id)
      return document && !document.isRemoved ? toLoaded(document) : undefined
    },

    provision: async ({ id, subject, name, email }) => {
      const present = await read(id)
      if (present) return toLoaded(present)
      const document = {
        id,
        subject,
        displayName: name,
        email: email ?? null,
        enabled: true,
        groups: [newRole],
      }
      try {
        await container.run((accounts) => accounts.items.create(document))
      } catch (error) {
        if (!isCosmosStatus(error, 409)) throw error
      }
      return toLoaded((await read(id)) ?? document)
    },

    findByEmail: async (email) => {
      const [document, another] = await select('c.email = @value', email)
      if (another) throw inputError('email', 'The email matches more than one account')
      return document && toAccount(document)
    },

    create: async () => {
      throw inputError('email', 'Accounts of this identity provider are made at the first sign-in')
    },

    list: async ({ pageSize, next }) => {
      const options = {
        maxItemCount: pageSize,
        ...(next !== undefined && { continuationToken: readCursor(next) }),
      }
      const page = await container
        .run((accounts) =>
          accounts.items
            .query<AccountDocument>('SELECT * FROM c WHERE NOT IS_DEFINED(c.isRemoved)', options)
            .fetchNext(),
        )
        .catch((error: unknown) => {
          throw cursorFailure(error, next)
        })
      const accounts = (page.resources ?? []).map(toAccount)
      const after = writeCursor(page.continuationToken)
      return after === undefined ? { accounts } : { accounts, next: after }
    },

    setEnabled: (id, enabled, { beforeRemoval = false } = {}) =>
      change(id, (before) => ({
        ...before,
        enabled,
        isLeaving: beforeRemoval && (before.enabled || before.isLeaving === true),
      })),

    remove: async (id) => {
      for (let round = 0; round < maxRounds; round += 1) {
        const before = await read(id)
        if (!before || before.isRemoved) return
        const options = { accessCondition: { type: 'IfMatch', condition: before._etag } }
        const staysDisabled = !before.enabled && before.isLeaving !== true
        try {
          await container.run<unknown>((accounts) =>
            staysDisabled
              ? accounts.item(id, id).replace(removed(id), options)
              : accounts.item(id, id).delete(options),
          )
          return
        } catch (error) {
          if (!isCosmosStatus(error, 404, 412)) throw error
        }
      }
      throw serverError('ERR_SERVER_THROTTLED', 'The account is being changed too often')
    },

    endSignIns: async () => undefined,
    hasGroup: async () => true,
    addToGroup: (id, role) =>
      change(id, (before) => ({ ...before, groups: [...new Set([...before.groups, role])] })),
    removeFromGroup: (id, role) =>
      change(id, (before) => ({ ...before, groups: before.groups.filter((group) => group !== role) })),
    membersOf: async (role, most) => {
      const members = await select('ARRAY_CONTAINS(c.groups, @value) AND c.enabled = true', role)
      return members.map(({ id }) => id).slice(0, most)
    },
  }
}

function removed(id: string): AccountDocument {
  const nobody = { issuer: '', subject: '' }
  const rest = { displayName: '', email: null, enabled: false, groups: [], isRemoved: true }
  return { id, subject: nobody, ...rest }
}

function toAccount({ id, displayName, email, enabled, subject }: AccountDocument): Account {
  return { id, displayName, enabled, subject, ...(email !== null && { email }) }
}

function toLoaded(document: AccountDocument): AccountWithGroups {
  return { account: toAccount(document), groups: document.groups }
}
