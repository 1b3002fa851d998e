/**
 * The table of acts that are an admin's: done by one, and refused to somebody who is none or no more.
 */

import type { ExpectedEvent, Prepare } from './audit-acts.ts'
import type { AuditWorld, Somebody } from './audit-world.ts'
import { alice } from './sign-in-page.ts'

const replace = { 'if-match': '*' }

function read(of: string, path: string): Prepare {
  return async ({ admin, call }) => ({
    status: 200,
    event: { action: 'admin-read', subject: '-', actor: admin.id, outcome: 'allowed', details: { of } },
    run: () => call('GET', path, { bearer: admin.accessToken }),
  })
}

const reads: Record<string, Prepare> = {
  'a reading of the accounts': read('users', '/v1/users'),
  'a reading of the rules': read('role-permissions', '/v1/role-permissions'),
  'a reading of the record': read('audit', '/v1/audit'),
  'a reading of one account': async ({ admin, bob, call }) => ({
    status: 200,
    event: {
      action: 'admin-read',
      subject: bob.id,
      actor: admin.id,
      outcome: 'allowed',
      details: { of: 'user' },
    },
    run: () => call('GET', `/v1/users/${bob.id}`, { bearer: admin.accessToken }),
  }),
  'a dry run under /api': async ({ admin, api }) => ({
    status: 200,
    event: readRules(admin),
    run: () => api('CreateRolePermission', { auth_token: admin.accessToken, role: 'editor', dryRun: true }),
  }),
  'a dry run under /v1': async (world) => {
    const { etag, rules } = await world.server.latchkey.parts.stores.rolePermissions.all()
    return {
      status: 200,
      event: readRules(world.admin),
      run: () =>
        world.call('PUT', '/v1/role-permissions?dryRun=true', {
          bearer: world.admin.accessToken,
          body: { value: rules },
          headers: { 'if-match': `"${etag}"` },
        }),
    }
  },
}

const changes: Record<string, Prepare> = {
  'a change of role': async (world) => {
    const who = await world.newcomer()
    return {
      status: 200,
      event: about(world, 'role-changed', who, { from: 'new', to: 'editor' }),
      run: () =>
        world.call('PUT', `/v1/users/${who.id}/role`, {
          bearer: world.admin.accessToken,
          body: { role: 'editor' },
          headers: replace,
        }),
    }
  },
  'a change of role under /api': async (world) => {
    const who = await world.newcomer()
    return {
      status: 200,
      event: about(world, 'role-changed', who, { from: 'new', to: 'editor' }),
      run: () =>
        world.api('UpdateRole', { auth_token: world.admin.accessToken, email: who.email, role: 'editor' }),
    }
  },
  'the last admin, taken away': async (world) => ({
    status: 400,
    event: {
      ...about(world, 'role-changed', world.admin, {
        from: 'admin',
        to: 'new',
        code: 'ERR_SERVER_LAST_ADMIN',
      }),
      outcome: 'refused',
    },
    run: () =>
      world.api('UpdateRole', { auth_token: world.admin.accessToken, email: alice.email, role: 'new' }),
  }),
  'disabling an account': async (world) => {
    const who = await world.newcomer()
    return {
      status: 200,
      event: about(world, 'account-disabled', who),
      run: () => patch(world, who, false),
    }
  },
  'enabling an account': async (world) => {
    const who = await world.newcomer()
    return {
      status: 200,
      event: about(world, 'account-enabled', who),
      run: () => patch(world, who, true),
    }
  },
  'deleting somebody’s account': async (world) => {
    const who = await world.newcomer()
    return {
      status: 204,
      event: about(world, 'account-deleted', who),
      run: () => world.call('DELETE', `/v1/users/${who.id}`, { bearer: world.admin.accessToken }),
    }
  },
  'deleting one’s own account': async (world) => {
    const who = await world.newcomer()
    return {
      status: 204,
      event: { ...about(world, 'account-deleted', who), actor: who.id },
      run: () => world.call('DELETE', '/v1/me', { bearer: who.accessToken }),
    }
  },
  'a change of the rules': async (world) => {
    const { etag, rules } = await world.server.latchkey.parts.stores.rolePermissions.all()
    return {
      status: 200,
      event: rulesChanged(world, '0', {}),
      run: () =>
        world.call('PUT', '/v1/role-permissions', {
          bearer: world.admin.accessToken,
          body: { value: rules },
          headers: { 'if-match': `"${etag}"` },
        }),
    }
  },
  'a change of the rules under /api': async (world) => ({
    status: 200,
    event: rulesChanged(world, '1', { 'editor Profile': 'read-write to read' }),
    run: () =>
      world.api('CreateRolePermission', {
        auth_token: world.admin.accessToken,
        role: 'editor',
        permissions: [{ role: 'editor', table: 'Profile', permission: 'read' }],
      }),
  }),
}

const refusals: Record<string, Prepare> = {
  'UpdateRole by somebody who is no admin': async (world) => ({
    status: 403,
    event: refused(world.bob, 'ERR_SERVER_FORBIDDEN', 'POST /api/UpdateRole'),
    run: () =>
      world.api('UpdateRole', { auth_token: world.bob.accessToken, email: alice.email, role: 'new' }),
  }),
  'CreateRolePermission by somebody who is no admin': async (world) => ({
    status: 403,
    event: refused(world.bob, 'ERR_SERVER_FORBIDDEN', 'POST /api/CreateRolePermission'),
    run: () => world.api('CreateRolePermission', { auth_token: world.bob.accessToken, role: 'editor' }),
  }),
  'an admin whose session has ended': async (world) => {
    const who = await world.newcomer('admin')
    await world.server.latchkey.parts.sessions.revokeAllOf(who.id, 'sign-out')
    return {
      status: 401,
      event: refused(who, 'ERR_SERVER_TOKEN', 'GET /v1/users'),
      run: () => world.call('GET', '/v1/users', { bearer: who.accessToken }),
    }
  },
  'an admin whose session has ended, under /api': async (world) => {
    const who = await world.newcomer('admin')
    await world.server.latchkey.parts.sessions.revokeAllOf(who.id, 'sign-out')
    return {
      status: 401,
      event: refused(who, 'ERR_SERVER_TOKEN', 'POST /api/CreateRolePermission'),
      run: () => world.api('CreateRolePermission', { auth_token: who.accessToken, role: 'editor' }),
    }
  },
}

function readRules({ id }: Somebody) {
  const details = { of: 'role-permissions' }
  return { action: 'admin-read', subject: '-', actor: id, outcome: 'allowed', details } as const
}

function about({ admin }: AuditWorld, action: string, { id }: Somebody, details = {}) {
  return { action, subject: id, actor: admin.id, outcome: 'allowed', details } as const
}

function patch({ call, admin }: AuditWorld, { id }: Somebody, enabled: boolean) {
  return call('PATCH', `/v1/users/${id}`, { bearer: admin.accessToken, body: { enabled } })
}

function rulesChanged({ admin }: AuditWorld, updated: string, rules: Record<string, string>) {
  const details = { ...rules, created: '0', updated, deleted: '0' }
  const action = 'role-permissions-changed'
  return { action, subject: '-', actor: admin.id, outcome: 'allowed', details } as const
}

/** The event of a call that was refused to somebody who is known. */
export function refused({ id }: Somebody, code: string, route: string): ExpectedEvent {
  const details = { code, route }
  return { action: 'access-refused', subject: id, actor: id, outcome: 'refused', details }
}

/** Acts of admins, and of those who would like to be. */
export const adminActs: Readonly<Record<string, Prepare>> = { ...reads, ...changes, ...refusals }
