/**
 * CheckAccount: find the account of an address, or make one.
 *
 * Three steps, each safe to repeat: the account, its group, its row. The row comes last and shows that the other two are
 * done and on record, so the next call completes an account without a row. A disabled account stays disabled.
 */

import { isLatchkeyError } from '@latchkey/common'
import type { Account } from '../accounts/accounts.ts'
import { isRoleless } from '../accounts/roles.ts'
import { serverError } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { spanNames } from '../telemetry/spans.ts'
import { record } from './audit.ts'
import { noteKeyUse } from './key-use.ts'
import { giveFirstRole } from './role-changes.ts'

/** What CheckAccount returns. */
export interface CheckedAccount {
  /** Whether the account was there before this call. */
  readonly exist: boolean
  readonly account: Account
}

/** @param email - As `parseEmail` returns it. */
export function checkAccount(parts: Parts, context: FlowContext, email: string): Promise<CheckedAccount> {
  return parts.inSpan(spanNames.checkAccount, {}, async () => {
    const found = await parts.accounts.findByEmail(email)
    if (found) {
      if (await parts.stores.users.read(found.id)) await noteKeyUse(parts, context, 'CheckAccount', found.id)
      else await complete(parts, context, found, email, false)
      return { exist: true, account: found }
    }
    const { account, exist } = await createOrFind(parts, email)
    await complete(parts, context, account, email, !exist)
    return { exist, account }
  })
}

async function createOrFind(parts: Parts, email: string): Promise<CheckedAccount> {
  try {
    const displayName = email.slice(0, email.lastIndexOf('@'))
    // Nobody keeps this password: the person signs in with a code by mail, or resets it.
    const password = `${parts.random.token(24)}aA1!`
    return { account: await parts.accounts.create({ email, displayName, password }), exist: false }
  } catch (error) {
    if (!isLatchkeyError(error, 'ERR_SERVER_ACCOUNT_EXISTS')) throw error
    return { account: await findFresh(parts, email), exist: true }
  }
}

// Somebody else made the account a moment ago; the directory may need some seconds to find it by its address.
async function findFresh(parts: Parts, email: string): Promise<Account> {
  for (const delayMs of [50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 0]) {
    const account = await parts.accounts.findByEmail(email)
    if (account) return account
    await new Promise<void>((resolve) => parts.clock.schedule(delayMs, resolve))
  }
  throw serverError('ERR_SERVER_THROTTLED', 'The account is being made', { retryAfterSeconds: 5 })
}

async function complete(
  parts: Parts,
  context: FlowContext,
  account: Account,
  email: string,
  isNew: boolean,
): Promise<void> {
  await record(parts, context, {
    action: isNew ? 'account-created' : 'account-mended',
    subject: account.id,
    ...(context.functionKey !== undefined && { actor: context.functionKey }),
  })
  const groups = isNew ? [] : ((await parts.accounts.load(account.id, { patienceMs: 15_000 }))?.groups ?? [])
  if (isRoleless(groups, parts.settings.roles)) await giveFirstRole(parts, account.id)
  const at = new Date(parts.clock.now()).toISOString()
  await parts.stores.users.createIfAbsent({
    id: account.id,
    partition: account.id,
    email,
    firstName: '',
    lastName: '',
    type: '',
    createdAt: at,
    updatedAt: at,
  })
}
