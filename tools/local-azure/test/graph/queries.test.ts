/**
 * What can be selected, filtered and sorted by, as Graph answers for a directory without advanced queries. The refusals
 * are those users of the real service have reported.
 *
 * @see https://learn.microsoft.com/graph/aad-advanced-queries
 */

import { afterAll, describe, expect, test } from 'vitest'
import { EntraUnderTest } from '../entra/entra-under-test.ts'

const entra = new EntraUnderTest()
afterAll(() => entra.host.close())

const bob = entra.host.keys.id('user:bob')
const newGroup = entra.host.keys.id('group:new')
const ask = async (path: string, options: Readonly<Record<string, string>>) =>
  entra.graph(await entra.graphToken(), 'GET', `${path}?${new URLSearchParams(options)}`)

const missing = (name: string, type: string): string =>
  `Parsing OData Select and Expand failed: Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`
const undeclared = (name: string): string =>
  `Property '${name}' does not exist as a declared property or extension property.`
const noSort = 'Sorting not supported for current query.'

type Refused = readonly [
  path: string,
  options: Readonly<Record<string, string>>,
  code: string,
  message: string,
]
const refused: readonly Refused[] = [
  ['/users', { $select: 'id,emial' }, 'BadRequest', missing('emial', 'user')],
  [`/users/${bob}`, { $select: 'emial' }, 'BadRequest', missing('emial', 'user')],
  ['/groups', { $select: 'userPrincipalName' }, 'BadRequest', missing('userPrincipalName', 'group')],
  [`/users/${bob}/memberOf`, { $select: 'nme' }, 'BadRequest', missing('nme', 'directoryObject')],
  [`/groups/${newGroup}/members`, { $select: 'nme' }, 'BadRequest', missing('nme', 'directoryObject')],
  ['/users', { $filter: "displayNme eq 'x'" }, 'Request_UnsupportedQuery', undeclared('displayNme')],
  ['/users', { $filter: "startswith(nme,'x')" }, 'Request_UnsupportedQuery', undeclared('nme')],
  ['/users', { $filter: "id eq 'x' or nme in ('x')" }, 'Request_UnsupportedQuery', undeclared('nme')],
  [
    '/groups',
    { $filter: "identities/any(c:c/issuerAssignedId eq 'a' and c/issuer eq 'b')" },
    'Request_UnsupportedQuery',
    'Unsupported Query.',
  ],
  ['/users', { $filter: "endsWith(mail,'x')" }, 'Request_UnsupportedQuery', 'Unsupported Query.'],
  [
    '/users',
    { $filter: "onPremisesExtensionAttributes/extensionAttribute1 eq 'x'" },
    'Request_UnsupportedQuery',
    "Unsupported or invalid query filter clause specified for property 'onPremisesExtensionAttributes' of resource 'User'.",
  ],
  [
    '/users',
    { $filter: 'accountEnabled ne true' },
    'Request_UnsupportedQuery',
    "Filter operator 'NotEqualsMatch' is not supported.",
  ],
  [
    '/groups',
    { $filter: "not(displayName eq 'admin')" },
    'Request_UnsupportedQuery',
    "Filter operator 'Not' is not supported.",
  ],
  [
    '/users',
    { $orderby: 'displayName', $filter: 'accountEnabled eq true' },
    'Request_UnsupportedQuery',
    noSort,
  ],
  ['/users', { $orderby: 'displayName desc' }, 'Request_UnsupportedQuery', noSort],
  [
    '/users',
    { $orderby: 'createdDateTime' },
    'Request_UnsupportedQuery',
    "Unsupported sort property 'createdDateTime' for 'User'.",
  ],
  [
    `/groups/${newGroup}/members`,
    { $orderby: 'displayName' },
    'Request_UnsupportedQuery',
    "Unsupported sort property 'displayName' for 'DirectoryObject'.",
  ],
]

describe('refused:', () => {
  test.for(refused)('%s %o', async ([path, options, code, message]) => {
    const { json, status } = await ask(path, options)
    expect([status, json.error?.code, json.error?.message]).toEqual([400, code, message])
  })
})

test('people and groups are sorted by name when nothing is filtered, across pages', async () => {
  const names = async (path: string, options: Readonly<Record<string, string>>): Promise<string[]> => {
    const { json } = await ask(path, options)
    return json.value.map(({ displayName }: { displayName: string }) => displayName)
  }
  expect(await names('/groups', { $orderby: 'displayName' })).toEqual(['admin', 'editor', 'guest', 'new'])
  const people = await names('/users', { $orderby: 'displayName asc', $select: 'displayName' })
  expect(people).toEqual(['Alice Archer', 'Bob Baker', 'Test'])
  const token = await entra.graphToken()
  const byPrincipalName = await ask('/users', { $orderby: 'userPrincipalName', $select: 'id', $top: '2' })
  const { pathname, search } = new URL(byPrincipalName.json['@odata.nextLink'])
  const rest = await entra.graph(token, 'GET', `${pathname.replace('/graph/v1.0', '')}${search}`)
  const ids = [...byPrincipalName.json.value, ...rest.json.value].map(({ id }: { id: string }) => id)
  const all = await ask('/users', { $select: 'id,userPrincipalName' })
  const sorted = (all.json.value as { id: string; userPrincipalName: string }[]).toSorted((one, other) =>
    one.userPrincipalName < other.userPrincipalName ? -1 : 1,
  )
  expect(ids).toEqual(sorted.map(({ id }) => id))
})

test('a property Graph has and nobody has set is null, or an empty list, whatever case it is asked for in', async () => {
  const { json } = await ask(`/users/${bob}`, { $select: 'displayname,employeeType,proxyAddresses' })
  expect(json).toMatchObject({ displayName: 'Bob Baker', employeeType: null, proxyAddresses: [] })
  const found = await ask('/users', { $filter: "displayname eq 'bob baker'", $select: 'id' })
  expect(found.json.value).toEqual([{ id: bob }])
  const group = await ask(`/users/${bob}/memberOf`, { $select: 'displayName,userPrincipalName' })
  expect(group.json.value).toEqual([{ '@odata.type': '#microsoft.graph.group', displayName: 'new' }])
})

test('people are found by when they were made, and by names from one on', async () => {
  const names = async ($filter: string): Promise<string[]> => {
    const { json } = await ask('/users', { $filter, $select: 'displayName' })
    return json.value.map(({ displayName }: { displayName: string }) => displayName)
  }
  const { json } = await ask(`/users/${bob}`, { $select: 'createdDateTime' })
  const made = Date.parse(json.createdDateTime)
  const [made3, before, after] = [0, -1_000, 1_000].map((ms) => new Date(made + ms).toISOString())
  const ofBob = `id eq '${bob}' and createdDateTime`
  expect(await names(`${ofBob} ge ${made3}`)).toEqual(['Bob Baker'])
  expect(await names(`${ofBob} le ${made3}`)).toEqual(['Bob Baker'])
  expect(await names(`${ofBob} ge ${before} and createdDateTime le ${after}`)).toEqual(['Bob Baker'])
  expect(await names(`${ofBob} ge ${after}`)).toEqual([])
  expect(await names(`${ofBob} le ${before}`)).toEqual([])
  expect(await names("displayName ge 'bob' and displayName le 'c'")).toEqual(['Bob Baker'])
})
