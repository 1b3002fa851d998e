/**
 * Rules that are changed from several sides, and calls that are killed: rows and Cosmos permissions agree afterwards.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import type { LatchkeyPorts } from '../src/index.ts'
import { openCosmosDatabases } from '../src/stores/cosmos/cosmos-database.ts'
import { createCosmosStores } from '../src/stores/cosmos/cosmos-stores.ts'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { lookAtRules, type Rule } from './support/look-at-rules.ts'
import { alice } from './support/sign-in-page.ts'

const limits = { admin: { points: 1_000_000, seconds: 1 }, read: { points: 1_000_000, seconds: 1 } }

const createServer = (localAzure: LocalAzure, ports: LatchkeyPorts = {}): LocalServer =>
  createLocalServer(localAzure, { app: { limits }, ports })

const tokenOf = async (server: LocalServer): Promise<string> =>
  (await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...alice } })).json.accessToken

const readRules = async (server: LocalServer, bearer: string) => {
  const { json, headers } = await server.call('GET', '/v1/role-permissions', { bearer })
  return { value: json.value as Rule[], etag: headers.get('etag') ?? '' }
}

const replace = (server: LocalServer, bearer: string, etag: string, value: readonly Rule[], query = '') =>
  server.call('PUT', `/v1/role-permissions${query}`, {
    bearer,
    body: { value },
    headers: { 'if-match': etag },
  })

const create = (server: LocalServer, bearer: string, body: object) =>
  server.call('POST', '/api/CreateRolePermission', {
    body: { auth_token: bearer, ...body },
    headers: { 'x-functions-key': keyOf(server) },
  })

const keys = new WeakMap<LocalServer, string>()
const keyOf = (server: LocalServer): string => keys.get(server) ?? ''
const keyed = (localAzure: LocalAzure, server: LocalServer): LocalServer => {
  keys.set(server, localAzure.endpoints.api.functionKey)
  return server
}

describe('the same role and table twice', () => {
  const entry = (permission: string, role = 'editor', table = 'Profile') => ({ role, table, permission })
  const pairs: Record<string, Rule[]> = {
    'two that contradict each other': [entry('read'), entry('none')],
    'two that are alike': [entry('read'), entry('read')],
    'two spellings of one': [entry('read'), entry('write', ' Editor', 'PROFILE ')],
  }
  test.for(Object.entries(pairs))(
    '%s are refused, and nothing changes',
    async ([, permissions], { localAzure }) => {
      const server = keyed(localAzure, createServer(localAzure))
      const bearer = await tokenOf(server)
      const cosmos = lookAtRules(localAzure)
      const before = [await cosmos.rows(), await cosmos.granted()]
      for (const dryRun of [true, false]) {
        const answer = await create(server, bearer, { role: 'editor', permissions, dryRun })
        expect(answer).toMatchObject({
          status: 400,
          json: { success: false, error: 'Entry 1 has the role and the table of entry 0' },
        })
        const { value, etag } = await readRules(server, bearer)
        const others = value.filter(({ role }) => role !== 'editor')
        const put = await replace(server, bearer, etag, [...others, ...permissions], `?dryRun=${dryRun}`)
        const first = others.length
        const detail = `value.${first + 1}: Entry ${first + 1} has the role and the table of entry ${first}`
        expect(put).toMatchObject({ status: 400, json: { code: 'invalid_request', detail } })
      }
      expect([await cosmos.rows(), await cosmos.granted()]).toEqual(before)
    },
  )
})

describe('changes that meet', () => {
  test('of two tables of one role: whoever goes on with former rules takes nothing away', async ({
    localAzure,
  }) => {
    const sound = keyed(localAzure, createServer(localAzure))
    const bearer = await tokenOf(sound)
    const cosmos = lookAtRules(localAzure)
    const { settings, parts } = sound.latchkey
    const set = (server: LocalServer, table: string, permission: string) =>
      create(server, bearer, { role: 'editor', permissions: [{ role: 'editor', table, permission }] })
    for (const table of ['Profile', 'User']) await set(sound, table, 'none')
    // Between knowing the rules and looking at the permissions, another call comes and goes.
    const stores = createCosmosStores(openCosmosDatabases(settings.cosmos, parts.clock), settings)
    let hasMet = false
    const read: typeof stores.permissions.read = async (user, seconds) => {
      if (!hasMet && user === 'editor') {
        hasMet = true
        expect((await set(sound, 'User', 'read')).json).toMatchObject({ success: true, failed: 0 })
      }
      return stores.permissions.read(user, seconds)
    }
    const ports = { stores: { ...stores, permissions: { ...stores.permissions, read } } }
    const slow = keyed(localAzure, createServer(localAzure, ports))
    expect((await set(slow, 'Profile', 'read')).json).toMatchObject({ success: true, failed: 0 })
    expect(hasMet).toBe(true)
    const granted = (await cosmos.granted()).filter((one) => one.startsWith('editor'))
    expect(granted).toEqual(['editor Profile read', 'editor User read'])
  })

  test('and resource tokens that are made meanwhile', async ({ localAzure }) => {
    const sound = keyed(localAzure, createServer(localAzure))
    const bearer = await tokenOf(sound)
    const cosmos = lookAtRules(localAzure)
    const { settings, parts } = sound.latchkey
    const set = (permission: string) =>
      create(sound, bearer, { role: 'guest', permissions: [{ role: 'guest', table: 'User', permission }] })
    await set('none')
    const stores = createCosmosStores(openCosmosDatabases(settings.cosmos, parts.clock), settings)
    let hasMet = false
    const read: typeof stores.permissions.read = async (user, seconds) => {
      if (!hasMet) await set('read')
      hasMet = true
      return stores.permissions.read(user, seconds)
    }
    const ports = { stores: { ...stores, permissions: { ...stores.permissions, read } } }
    expect((await createServer(localAzure, ports).api('GetResourceTokens')).status).toBe(200)
    expect(hasMet).toBe(true)
    expect(await cosmos.granted()).toContain('guest User read')
    await set('none')
  })

  test('any calls, in any interleaving, at two servers: rows and permissions agree', async ({
    localAzure,
  }) => {
    const sound = keyed(localAzure, createServer(localAzure))
    const bearer = await tokenOf(sound)
    const cosmos = lookAtRules(localAzure)
    const { settings } = sound.latchkey
    const table = fc.constantFrom('Profile', 'User')
    const role = fc.constantFrom('editor', 'new', 'guest')
    const permission = fc.constantFrom('none', 'read', 'write', 'id-read')
    const call = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('create'), role, table, permission }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('fit'), role, table, permission }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace'), role, table, permission }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('tokens'), role, table, permission }) },
    )
    const calls = fc.array(call, { minLength: 2, maxLength: 5 })
    const delays = fc.infiniteStream(fc.integer({ min: 0, max: 6 }))
    const law = fc.asyncProperty(calls, delays, async (acts, delaysMs) => {
      const stores = createCosmosStores(openCosmosDatabases(settings.cosmos, localAzure.clock), settings)
      const slow = {
        ...stores,
        permissions: slowly(stores.permissions, delaysMs),
        rolePermissions: slowly(stores.rolePermissions, delaysMs),
      }
      const servers = [0, 1].map(() => keyed(localAzure, createServer(localAzure, { stores: slow })))
      const { value, etag } = await readRules(sound, bearer)
      const answers = await Promise.all(
        acts.map((act, index) => {
          const server = servers[index % 2] ?? sound
          const { kind, ...rule } = act
          if (kind === 'tokens') return server.api('GetResourceTokens')
          if (kind === 'fit') return create(server, bearer, { table: act.table })
          if (kind === 'create') return create(server, bearer, { role: act.role, permissions: [rule] })
          const others = value.filter((one) => one.role !== act.role || one.table !== act.table)
          return replace(server, bearer, etag, [...others, rule])
        }),
      )
      for (const { status, json } of answers) {
        expect([200, 412]).toContain(status)
        expect(json.failed ?? 0).toBe(0)
      }
      expect(await cosmos.granted()).toEqual(await cosmos.wanted())
    })
    await fc.assert(law, { numRuns: 15 })
  })
})

describe('a replacement that is repeated', () => {
  test('is not done over what somebody has changed since', async ({ localAzure }) => {
    const server = keyed(localAzure, createServer(localAzure))
    const bearer = await tokenOf(server)
    const { value, etag } = await readRules(server, bearer)
    const wish = value.filter(({ role }) => role !== 'guest')
    expect((await replace(server, bearer, etag, wish)).status).toBe(200)
    const rule = { role: 'guest', table: 'User', permission: 'read' }
    expect((await create(server, bearer, { role: 'guest', permissions: [rule] })).status).toBe(200)
    expect((await replace(server, bearer, etag, wish)).status).toBe(412)
    expect(await lookAtRules(localAzure).rows()).toContain('guest User read')
  })

  test('is not done ten minutes later', async ({ localAzure }) => {
    const server = createServer(localAzure)
    const bearer = await tokenOf(server)
    const { value, etag } = await readRules(server, bearer)
    const wish = value.slice(1)
    expect((await replace(server, bearer, etag, wish)).status).toBe(200)
    expect((await replace(server, bearer, etag, wish)).status).toBe(200)
    localAzure.clock.advanceSeconds(601)
    expect((await replace(server, bearer, etag, wish)).status).toBe(412)
  })
})

/** Every step of a store takes a moment of its own, before and after. */
function slowly<Store extends object>(store: Store, delaysMs: Iterator<number>): Store {
  const pause = () => new Promise((resolve) => setTimeout(resolve, delaysMs.next().value ?? 0))
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        await pause()
        const result: unknown = await Reflect.apply(member, target, args)
        await pause()
        return result
      }
    },
  })
}
