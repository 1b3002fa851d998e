/**
 * Role changes that meet: whatever the order of their steps, a person ends with exactly one role, and somebody is admin.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import type { LatchkeyPorts } from '../src/index.ts'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { alice, bob } from './support/sign-in-page.ts'
import { signInAt, startTwoProcesses } from './support/two-processes.ts'

const roles = ['editor', 'new', 'guest'] as const
const limits = { admin: { points: 1_000_000, seconds: 1 }, account: { points: 1_000_000, seconds: 1 } }

const createServer = (localAzure: LocalAzure, ports: LatchkeyPorts = {}): LocalServer =>
  createLocalServer(localAzure, { app: { limits }, ports })

/** A server whose every request to the directory takes a moment of its own, as drawn. */
function createSlowServer(localAzure: LocalAzure, delaysMs: Iterator<number>): LocalServer {
  const pause = () => new Promise((resolve) => setTimeout(resolve, delaysMs.next().value ?? 0))
  return createServer(localAzure, {
    fetch: async (input, init) => {
      await pause()
      const answer = await fetch(input, init)
      await pause()
      return answer
    },
  })
}

const tokenOf = async (server: LocalServer): Promise<string> =>
  (await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...alice } })).json.accessToken

const idOf = async (server: LocalServer, email: string): Promise<string> =>
  (await server.api('CheckAccount', { email })).json.user.objectId

const setRole = (server: LocalServer, bearer: string, id: string, role: string) =>
  server.call('PUT', `/v1/users/${id}/role`, { bearer, body: { role }, headers: { 'if-match': '*' } })

/** What the directory says, asked with its own words. */
const groupsOf = async (server: LocalServer, id: string) =>
  (await server.latchkey.parts.accounts.load(id))?.groups

/** As if the person had been in every role, and had opened something in each. */
const openInEveryRole = async (server: LocalServer, id: string): Promise<void> => {
  for (const role of roles) await server.latchkey.parts.stores.permissions.createUser(`${id}.${role}`)
}

/** The roles in which the person may open something without a further look. */
const openRolesOf = async (server: LocalServer, id: string): Promise<string[]> => {
  const { permissions } = server.latchkey.parts.stores
  const isOpen = await Promise.all(roles.map((role) => permissions.read(`${id}.${role}`, 600)))
  return roles.filter((_, index) => isOpen[index] !== undefined)
}

describe('UpdateRole calls for one person at once', () => {
  test('three of them, at the same moment: one role, and whoever did not get theirs is told', async ({
    localAzure,
  }) => {
    const server = createServer(localAzure)
    const auth_token = await tokenOf(server)
    const id = await idOf(server, bob.email)
    for (let round = 0; round < 6; round += 1) {
      await openInEveryRole(server, id)
      const answers = await Promise.all(
        roles.map((role) => server.api('UpdateRole', { auth_token, email: bob.email, role }, 'POST')),
      )
      const groups = (await groupsOf(server, id)) ?? []
      expect(groups).toHaveLength(1)
      const winner = answers[roles.indexOf(groups[0] as 'new')]
      expect(winner?.status).toBe(200)
      for (const answer of answers)
        expect(answer.status === 200 ? answer.json : [answer.status, answer.json.success]).toEqual(
          answer.status === 200 ? { success: true } : [409, false],
        )
      expect(groups).toEqual(expect.arrayContaining(await openRolesOf(server, id)))
    }
  })

  test('any number, in any interleaving, at two servers: exactly one role among those asked', async ({
    localAzure,
  }) => {
    const sound = createServer(localAzure)
    const bearer = await tokenOf(sound)
    const id = await idOf(sound, 'interleaved@contoso.example')
    const delays = fc.infiniteStream(fc.integer({ min: 0, max: 6 }))
    const asked = fc.array(fc.constantFrom(...roles), { minLength: 2, maxLength: 6 })
    const law = fc.asyncProperty(asked, delays, async (wishes, delaysMs) => {
      const servers = [0, 1].map(() => createSlowServer(localAzure, delaysMs))
      await openInEveryRole(sound, id)
      const answers = await Promise.all(
        wishes.map((role, index) => setRole(servers[index % 2] ?? sound, bearer, id, role)),
      )
      const groups = (await groupsOf(sound, id)) ?? []
      expect(groups).toHaveLength(1)
      const statuses = new Set(answers.map(({ status }, index) => `${status} ${wishes[index]}`))
      expect(statuses).toContain(`200 ${groups[0]}`)
      for (const { status, json } of answers)
        if (status !== 200) expect({ status, code: json.code }).toEqual({ status: 409, code: 'conflict' })
      expect(groups).toEqual(expect.arrayContaining(await openRolesOf(sound, id)))
    })
    await fc.assert(law, { numRuns: 12 })
  })

  test('at two processes', async ({ localAzure, onTestFinished }) => {
    const sound = createServer(localAzure)
    const processes = await startTwoProcesses(localAzure)
    onTestFinished(async () => {
      await Promise.all(processes.map((one) => one.close()))
    })
    const { accessToken } = await signInAt(processes[0], alice)
    const id = await idOf(sound, 'two-processes@contoso.example')
    for (let round = 0; round < 3; round += 1) {
      const statuses = await Promise.all(
        roles.map(async (role, index) => {
          const response = await fetch(`${processes[index % 2]?.url}/v1/users/${id}/role`, {
            method: 'PUT',
            headers: {
              authorization: `Bearer ${accessToken}`,
              'if-match': '*',
              'content-type': 'application/json',
            },
            body: JSON.stringify({ role }),
          })
          return response.status
        }),
      )
      const groups = (await groupsOf(sound, id)) ?? []
      expect(groups).toHaveLength(1)
      expect(statuses[roles.indexOf(groups[0] as 'new')]).toBe(200)
      for (const status of statuses) expect([200, 409]).toContain(status)
    }
  })

  test('a directory that shows its own writes late is not believed', async ({ localAzure }) => {
    const sound = createServer(localAzure)
    const bearer = await tokenOf(sound)
    const id = await idOf(sound, 'late@contoso.example')
    const { accounts } = sound.latchkey.parts
    const before = await accounts.load(id)
    // Both read what was there before either wrote.
    let reads = 0
    const load: typeof accounts.load = (who, options) => {
      reads += 1
      return who === id && reads <= 6 ? Promise.resolve(before) : accounts.load(who, options)
    }
    const server = createServer(localAzure, { accounts: { ...accounts, load } })
    const answers = await Promise.all(
      (['editor', 'guest'] as const).map((role) => setRole(server, bearer, id, role)),
    )
    expect(answers.map(({ status }) => status)).toContain(200)
    const groups = (await groupsOf(sound, id)) ?? []
    expect(groups).toHaveLength(1)
    expect(['editor', 'guest']).toContain(groups[0])
  })

  test('a call that was killed after its wish does not hold up the next one', async ({ localAzure }) => {
    const sound = createServer(localAzure)
    const bearer = await tokenOf(sound)
    const id = await idOf(sound, 'killed-wish@contoso.example')
    const { accounts } = sound.latchkey.parts
    const removeFromGroup = () => Promise.reject(new Error('The process is gone'))
    const dying = createServer(localAzure, { accounts: { ...accounts, removeFromGroup } })
    expect((await setRole(dying, bearer, id, 'editor')).status).toBe(500)
    expect((await groupsOf(sound, id))?.toSorted()).toEqual(['editor', 'new'])
    expect((await setRole(sound, bearer, id, 'guest')).status).toBe(200)
    expect(await groupsOf(sound, id)).toEqual(['guest'])
  })

  test.for(['before', 'after'] as const)(
    'a person who is being made: an admin asks for a role %s the first one is given',
    async (when, { localAzure }) => {
      const sound = createServer(localAzure)
      const bearer = await tokenOf(sound)
      const { accounts } = sound.latchkey.parts
      const email = `made-${when}@contoso.example`
      let hasMet = false
      // The directory is late by one reading: neither of the two sees what the other one has done.
      const asAdmin = async (id: string) => {
        const load: typeof accounts.load = async (who, options) => {
          const loaded = await accounts.load(who, options)
          return loaded && !hasMet ? { ...loaded, groups: [] } : loaded
        }
        const addToAnother: typeof accounts.addToGroup = async (who, role) => {
          hasMet = true
          await accounts.addToGroup(who, role)
        }
        const server = createServer(localAzure, {
          accounts: { ...accounts, load, addToGroup: addToAnother },
        })
        expect((await setRole(server, bearer, id, 'editor')).status).toBe(200)
      }
      const addToGroup: typeof accounts.addToGroup = async (id, role) => {
        if (when === 'before' && !hasMet) await asAdmin(id)
        await accounts.addToGroup(id, role)
        if (when === 'after' && !hasMet) await asAdmin(id)
      }
      const making = createServer(localAzure, { accounts: { ...accounts, addToGroup } })
      const id = await idOf(making, email)
      expect(hasMet).toBe(true)
      expect(await groupsOf(sound, id)).toEqual(['editor'])
    },
  )

  test('the same call again with the tag of before: the change is there, and the answer says so', async ({
    localAzure,
  }) => {
    const server = createServer(localAzure)
    const bearer = await tokenOf(server)
    const id = await idOf(server, 'again@contoso.example')
    const read = await server.call('GET', `/v1/users/${id}`, { bearer })
    const put = (role: string) =>
      server.call('PUT', `/v1/users/${id}/role`, {
        bearer,
        body: { role },
        headers: { 'if-match': read.headers.get('etag') ?? '' },
      })
    expect((await put('editor')).status).toBe(200)
    expect(await put('editor')).toMatchObject({ status: 200, json: { role: 'editor' } })
    expect((await put('guest')).status).toBe(412)
  })
})

describe('the last admin', () => {
  const prepare = async (localAzure: LocalAzure, names: string) => {
    const plain = createServer(localAzure)
    const { accounts, provider, sessions } = plain.latchkey.parts
    const makeAdmin = async (name: string) => {
      const id = await idOf(plain, `${name}@contoso.example`)
      await accounts.addToGroup(id, 'admin')
      const subject = (await provider.subjectOf(id)) ?? { issuer: '', subject: '' }
      const begun = await sessions.begin({ person: { id, subject, name }, role: 'admin' })
      return { id, bearer: begun.accessToken }
    }
    const [first, second] = [await makeAdmin(`first-${names}`), await makeAdmin(`second-${names}`)]
    for (const id of await accounts.membersOf('admin', 50))
      if (id !== first.id && id !== second.id) await accounts.removeFromGroup(id, 'admin')
    return { plain, accounts, first, second }
  }

  test('stays when two admins demote each other, even in a directory that shows neither', async ({
    localAzure,
  }) => {
    const { accounts, first, second } = await prepare(localAzure, 'demote')
    const members = await accounts.membersOf('admin', 5)
    expect(members.toSorted()).toEqual([first.id, second.id].sort())
    const membersOf: typeof accounts.membersOf = async () => members
    const servers = [0, 1].map(() => createServer(localAzure, { accounts: { ...accounts, membersOf } }))
    const answers = await Promise.all([
      setRole(servers[0]!, first.bearer, second.id, 'new'),
      setRole(servers[1]!, second.bearer, first.id, 'new'),
    ])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
    expect(answers.find(({ status }) => status === 409)?.json.code).toBe('last_admin')
    const left = await accounts.membersOf('admin', 5)
    expect(left).toHaveLength(1)
    const loser = left[0] === first.id ? second.id : first.id
    expect((await accounts.load(loser))?.groups).toEqual(['new'])
    expect((await accounts.load(left[0] ?? ''))?.groups).toContain('admin')
  })

  test('stays when one is demoted while the other one is disabled', async ({ localAzure }) => {
    const { plain, accounts, first, second } = await prepare(localAzure, 'disable')
    const members = await accounts.membersOf('admin', 5)
    const membersOf: typeof accounts.membersOf = async () => members
    const server = createServer(localAzure, { accounts: { ...accounts, membersOf } })
    const answers = await Promise.all([
      setRole(server, first.bearer, second.id, 'new'),
      server.call('PATCH', `/v1/users/${first.id}`, { bearer: second.bearer, body: { enabled: false } }),
    ])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
    expect(await plain.latchkey.parts.accounts.membersOf('admin', 5)).toHaveLength(1)
  })

  test('is whoever comes back: demoted and made an admin again, disabled and enabled again', async ({
    localAzure,
  }) => {
    const { plain, accounts, first, second } = await prepare(localAzure, 'return')
    const path = `/v1/users/${second.id}`
    const enable = (enabled: boolean) =>
      plain.call('PATCH', path, { bearer: first.bearer, body: { enabled } })
    expect((await setRole(plain, first.bearer, second.id, 'editor')).status).toBe(200)
    expect(await setRole(plain, first.bearer, first.id, 'editor')).toMatchObject({ status: 409 })
    expect((await setRole(plain, first.bearer, second.id, 'admin')).status).toBe(200)
    expect((await enable(false)).status).toBe(200)
    expect(await setRole(plain, first.bearer, first.id, 'editor')).toMatchObject({ status: 409 })
    expect((await enable(true)).status).toBe(200)
    expect((await setRole(plain, first.bearer, first.id, 'editor')).status).toBe(200)
    expect(await accounts.membersOf('admin', 5)).toEqual([second.id])
  })
})
