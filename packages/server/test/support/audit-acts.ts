/**
 * The table of acts: what is done, how it is answered, and the one event it leaves.
 */

import { type AuditWorld, clientAddress, type Somebody } from './audit-world.ts'
import type { Answer } from './local-server.ts'
import { bob, fetchIdToken } from './sign-in-page.ts'

/** The part of an event that an act decides. */
export interface ExpectedEvent {
  readonly action: string
  readonly subject: string
  readonly actor: string
  readonly outcome: 'allowed' | 'refused' | 'failed'
  readonly details: Readonly<Record<string, unknown>>
}

/** An act that is ready to be done; whatever it needs is there and on record already. */
export interface Act {
  readonly status: number
  readonly event: ExpectedEvent | ((answer: Answer) => ExpectedEvent)
  run(): Promise<Answer>
}

export type Prepare = (world: AuditWorld) => Promise<Act>

const refusedGrant = (reason: string) => ({ code: 'ERR_SERVER_GRANT', reason })
const by = ({ id }: Somebody) => ({ subject: id, actor: id })
const noPlace = (world: AuditWorld) => ({ subject: world.nameOf('client', clientAddress), actor: '-' })
const keyOf = (world: AuditWorld) => world.nameOf('key', world.localAzure.endpoints.api.functionKey)
const csrf = { 'x-latchkey': '1' }

const signIns: Record<string, Prepare> = {
  'sign-in with a password': async (world) => ({
    status: 201,
    event: signIn(world, 'password'),
    run: () => world.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } }),
  }),
  'sign-in with a password under /api': async (world) => ({
    status: 200,
    event: signIn(world, 'password'),
    run: () => world.api('GetRefreshAndAccessToken', { ...bob }),
  }),
  'sign-in with an id token': async (world) => {
    const idToken = await fetchIdToken(world.localAzure, bob)
    return {
      status: 201,
      event: signIn(world, 'id_token'),
      run: () => world.call('POST', '/v1/sessions', { body: { grant: 'id_token', idToken } }),
    }
  },
  'sign-in through the page': async (world) => {
    const { cookie, back } = await world.browser()
    return {
      status: 200,
      event: signIn(world, 'code'),
      run: () => world.call('GET', back.pathname + back.search, { headers: { cookie } }),
    }
  },
  'sign-in with a wrong password': async (world) => ({
    status: 401,
    event: failedPassword(world, bob.email),
    run: () =>
      world.call('POST', '/v1/sessions', {
        body: { grant: 'password', email: bob.email, password: 'wrong' },
      }),
  }),
  'sign-in with a wrong password under /api': async (world) => ({
    status: 400,
    event: failedPassword(world, bob.email),
    run: () => world.api('GetRefreshAndAccessToken', { email: bob.email, password: 'wrong' }),
  }),
  'sign-in of nobody': async (world) => ({
    status: 401,
    event: failedPassword(world, 'nobody@contoso.example'),
    run: () =>
      world.call('POST', '/v1/sessions', {
        body: { grant: 'password', email: 'nobody@contoso.example', password: 'wrong' },
      }),
  }),
  'sign-in with an id token that does not hold': async (world) => {
    const [header, claims = '', signature] = (await fetchIdToken(world.localAzure, bob)).split('.')
    const changed = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), sub: world.admin.id }
    const payload = Buffer.from(JSON.stringify(changed)).toString('base64url')
    const details = {
      grant: 'id_token',
      code: 'ERR_SERVER_TOKEN',
      reason: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    }
    return {
      status: 401,
      event: { action: 'sign-in-failed', ...noPlace(world), outcome: 'refused', details },
      run: () =>
        world.call('POST', '/v1/sessions', {
          body: { grant: 'id_token', idToken: `${header}.${payload}.${signature}` },
        }),
    }
  },
  'sign-in to a disabled account': async (world) => {
    const { accounts } = world.server.latchkey.parts
    const idToken = await fetchIdToken(world.localAzure, bob)
    await accounts.setEnabled(world.bob.id, false)
    const details = { grant: 'id_token', ...refusedGrant('account_disabled') }
    return {
      status: 401,
      event: { action: 'sign-in-failed', ...by(world.bob), outcome: 'refused', details },
      run: async () => {
        const answer = await world.call('POST', '/v1/sessions', { body: { grant: 'id_token', idToken } })
        await accounts.setEnabled(world.bob.id, true)
        return answer
      },
    }
  },
  'sign-in with a wrong code': async (world) => {
    const { cookie, back } = await world.browser()
    back.searchParams.set('code', 'made-up')
    return {
      status: 401,
      event: failedCode(world, 'invalid_grant'),
      run: () => world.call('GET', back.pathname + back.search, { headers: { cookie } }),
    }
  },
  'sign-in with the state of another browser': async (world) => {
    const [{ cookie }, { back }] = [await world.browser(), await world.browser()]
    return {
      status: 401,
      event: failedCode(world, 'state'),
      run: () => world.call('GET', back.pathname + back.search, { headers: { cookie } }),
    }
  },
  'sign-in while the provider is down': async (world) => {
    world.localAzure.faults.add({ service: 'entra', match: 'POST ', kind: '503', times: 1 })
    const details = { grant: 'password', code: 'ERR_SERVER_THROTTLED', reason: 'ERR_SERVER_THROTTLED' }
    return {
      status: 503,
      event: { ...failedPassword(world, bob.email), outcome: 'failed', details },
      run: () => world.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } }),
    }
  },
}

const sessions: Record<string, Prepare> = {
  'an old refresh token, shown again': async (world) => {
    const who = await world.newcomer()
    const next = await world.server.latchkey.parts.sessions.refresh(who.refreshToken)
    await world.server.latchkey.parts.sessions.refresh(next.refreshToken)
    const details = { ...refusedGrant('reuse'), sid: who.sid }
    return {
      status: 401,
      event: { action: 'refresh-reuse', subject: who.id, actor: '-', outcome: 'refused', details },
      run: () => world.call('POST', '/v1/sessions/refresh', { body: { refreshToken: who.refreshToken } }),
    }
  },
  'an old refresh token, shown to UpdateRole': async (world) => {
    const who = await world.newcomer('admin')
    const next = await world.server.latchkey.parts.sessions.refresh(who.refreshToken)
    await world.server.latchkey.parts.sessions.refresh(next.refreshToken)
    const details = { ...refusedGrant('reuse'), sid: who.sid }
    return {
      status: 401,
      event: { action: 'refresh-reuse', subject: who.id, actor: '-', outcome: 'refused', details },
      run: () => world.api('UpdateRole', { refresh_token: who.refreshToken, email: bob.email, role: 'new' }),
    }
  },
  'the refresh token of an ended session': async (world) => {
    const who = await world.newcomer()
    await world.server.latchkey.parts.sessions.revokeAllOf(who.id, 'sign-out')
    const event = { action: 'refresh-failed', subject: who.id, actor: '-', outcome: 'refused' } as const
    return {
      status: 400,
      event: { ...event, details: refusedGrant('session_ended') },
      run: () => world.api('RefreshToken', { refresh_token: who.refreshToken }),
    }
  },
  'a made-up refresh token': async (world) => ({
    status: 401,
    event: {
      action: 'refresh-failed',
      ...noPlace(world),
      outcome: 'refused',
      details: refusedGrant('not_ours'),
    },
    run: () => world.call('POST', '/v1/sessions/refresh', { body: { refreshToken: 'made-up' } }),
  }),
  'the end of a session of one’s own': async (world) => {
    const who = await world.newcomer()
    return {
      status: 204,
      event: { ...revoked(who), details: { sid: who.sid } },
      run: () => world.call('DELETE', '/v1/sessions/current', { bearer: who.accessToken }),
    }
  },
  'the end of somebody else’s session': async (world) => {
    const who = await world.newcomer()
    return {
      status: 204,
      event: { ...revoked(who), outcome: 'refused', details: { code: 'not_own' } },
      run: () => world.call('DELETE', `/v1/sessions/${world.bob.sid}`, { bearer: who.accessToken }),
    }
  },
  'the end of all sessions': async (world) => {
    const who = await world.newcomer()
    return {
      status: 204,
      event: { ...revoked(who), details: { count: '1' } },
      run: () => world.call('DELETE', '/v1/sessions', { bearer: who.accessToken }),
    }
  },
  'sign-out of a browser': async (world) => {
    const { cookie, back } = await world.browser()
    const answer = await world.call('GET', back.pathname + back.search, { headers: { cookie } })
    const session = answer.headers.getSetCookie().find((line) => line.startsWith('latchkey=')) ?? ''
    const headers = { ...csrf, cookie: session.split(';')[0] ?? '' }
    return {
      status: 200,
      event: { ...revoked(world.bob), details: { sid: session.split('.')[2]?.slice(0, 22) } },
      run: () => world.call('POST', '/auth/sign-out', { headers }),
    }
  },
}

const keyUses: Record<string, Prepare> = {
  'CheckAccount for a new address': async (world) => ({
    status: 200,
    event: ({ json }) => ({
      action: 'account-created',
      subject: json.user.objectId,
      actor: keyOf(world),
      outcome: 'allowed',
      details: {},
    }),
    run: () => world.api('CheckAccount', { email: `created-${Date.now()}@contoso.example` }),
  }),
  'CheckAccount for a half-made account': async (world) => {
    const { id, email } = await world.newcomer()
    await world.server.latchkey.parts.stores.users.removeAllOf(id)
    return {
      status: 200,
      event: {
        action: 'account-mended',
        subject: id,
        actor: keyOf(world),
        outcome: 'allowed',
        details: {},
      },
      run: () => world.api('CheckAccount', { email }),
    }
  },
  'CheckAccount for an account that is there': async (world) => ({
    status: 200,
    event: keyUsed(world, 'CheckAccount', world.bob.id),
    run: () => world.api('CheckAccount', { email: bob.email }),
  }),
  'GetUserInfo by address': async (world) => ({
    status: 200,
    event: keyUsed(world, 'GetUserInfo', world.bob.id),
    run: () => world.api('GetUserInfo', { email: bob.email }),
  }),
  'GetUserInfo by an address of nobody': async (world) => ({
    status: 200,
    event: keyUsed(world, 'GetUserInfo', world.nameOf('email', 'nobody@contoso.example')),
    run: () => world.api('GetUserInfo', { email: 'nobody@contoso.example' }),
  }),
  'a call with a wrong function key': async (world) => ({
    status: 401,
    event: {
      action: 'key-refused',
      ...noPlace(world),
      actor: world.nameOf('key', 'wrong-key'),
      outcome: 'refused',
      details: { code: 'wrong', route: 'POST /api/GetResourceTokens' },
    },
    run: () =>
      world.call('POST', '/api/GetResourceTokens', { body: {}, headers: { 'x-functions-key': 'wrong-key' } }),
  }),
  'a call without a function key': async (world) => ({
    status: 401,
    event: {
      action: 'key-refused',
      ...noPlace(world),
      outcome: 'refused',
      details: { code: 'missing', route: 'GET /api/GetUserInfo' },
    },
    run: () => world.call('GET', '/api/GetUserInfo?email=bob@contoso.example'),
  }),
}

function signIn(world: AuditWorld, grant: string): ExpectedEvent {
  return { action: 'sign-in', ...by(world.bob), outcome: 'allowed', details: { grant, role: 'new' } }
}

function failedPassword(world: AuditWorld, email: string): ExpectedEvent {
  const details = { grant: 'password', ...refusedGrant('AADB2C90225') }
  const subject = world.nameOf('email', email)
  return { action: 'sign-in-failed', subject, actor: '-', outcome: 'refused', details }
}

function failedCode(world: AuditWorld, reason: string): ExpectedEvent {
  const details = { grant: 'code', ...refusedGrant(reason) }
  return { action: 'sign-in-failed', ...noPlace(world), outcome: 'refused', details }
}

function revoked(who: Somebody): Omit<ExpectedEvent, 'details'> {
  return { action: 'sessions-revoked', ...by(who), outcome: 'allowed' }
}

function keyUsed(world: AuditWorld, name: string, subject: string): ExpectedEvent {
  return { action: 'key-used', subject, actor: keyOf(world), outcome: 'allowed', details: { function: name } }
}

/** Acts of people and of nobody. */
export const acts: Readonly<Record<string, Prepare>> = { ...signIns, ...sessions, ...keyUses }
