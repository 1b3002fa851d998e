/** Whoever writes a store or an identity provider of their own can name every type that it takes: from the index alone. */

import { expect, expectTypeOf, test } from 'vitest'
import type {
  AuthorizationRequest,
  CodeRedemption,
  CosmosDatabases,
  EndReason,
  Fetch,
  GrantedPermission,
  IdentityProvider,
  Latchkey,
  LatchkeyPorts,
  LeavingAdmins,
  Marked,
  OnUnexpectedError,
  PasswordGrant,
  PermissionStore,
  RoleChange,
  RoleChangeStore,
  RolePermission,
  RolePermissionStore,
  RotationCondition,
  RulesClaim,
  SessionStore,
  StoredRules,
  StoredSession,
  Stores,
  TokenServiceContext,
  UpstreamTokens,
  WantedPermission,
} from '../src/index.ts'
import * as server from '../src/index.ts'
import { createMemoryStores } from '../src/index.ts'

test('the types in the ports are the exported ones', () => {
  expectTypeOf<Parameters<IdentityProvider['authorizationUrl']>[0]>().toEqualTypeOf<AuthorizationRequest>()
  expectTypeOf<Parameters<IdentityProvider['redeemCode']>[0]>().toEqualTypeOf<CodeRedemption>()
  expectTypeOf<IdentityProvider['passwordGrant']>().toEqualTypeOf<PasswordGrant | undefined>()
  expectTypeOf<Awaited<ReturnType<PasswordGrant['refresh']>>>().toEqualTypeOf<UpstreamTokens>()
  expectTypeOf<Stores['roleChanges']>().toEqualTypeOf<RoleChangeStore>()
  expectTypeOf<NonNullable<Awaited<ReturnType<SessionStore['read']>>>>().toEqualTypeOf<StoredSession>()
  expectTypeOf<Parameters<SessionStore['revoke']>[1]>().toEqualTypeOf<EndReason>()
  expectTypeOf<Awaited<ReturnType<RolePermissionStore['all']>>>().toEqualTypeOf<StoredRules>()
  expectTypeOf<Parameters<RolePermissionStore['claim']>[1]>().toEqualTypeOf<RulesClaim>()
  expectTypeOf<Parameters<RolePermissionStore['put']>[0]>().toEqualTypeOf<RolePermission>()
  expectTypeOf<NonNullable<Awaited<ReturnType<PermissionStore['read']>>>>().toEqualTypeOf<
    readonly GrantedPermission[]
  >()
  expectTypeOf<LatchkeyPorts['fetch']>().toEqualTypeOf<Fetch | undefined>()
  expectTypeOf<LatchkeyPorts['onUnexpectedError']>().toEqualTypeOf<OnUnexpectedError | undefined>()
  expectTypeOf<TokenServiceContext['databases']>().toEqualTypeOf<CosmosDatabases | undefined>()
  expectTypeOf<
    [RotationCondition, WantedPermission, RoleChange, LeavingAdmins, Marked<string>]
  >().not.toBeAny()
})

test('a store of memory is a store by the public types', () => {
  const stores: Stores = createMemoryStores()
  expect(Object.keys(stores).length).toBeGreaterThan(5)
})

test('nothing of the inside is public', () => {
  expectTypeOf<keyof Latchkey>().toEqualTypeOf<'settings' | 'authenticate' | 'pseudonymOf' | 'sweep'>()
  expect(Object.keys(server).sort()).toEqual([
    'createApp',
    'createJsonLog',
    'createLatchkey',
    'createMemoryStores',
    'defaultLimits',
    'errorAnswers',
    'parseSettings',
    'spanNames',
  ])
})
