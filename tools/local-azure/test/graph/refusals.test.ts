/**
 * What Graph refuses, each with its own status and code, in the shape of every Graph error.
 */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, EntraUnderTest } from '../entra/entra-under-test.ts'

type Case = readonly [
  name: string,
  status: number,
  code: string,
  ask: (entra: EntraUnderTest, token: string) => Promise<Answer>,
]

const nobody = '00000000-0000-4000-8000-000000000000'
const person = (fields: object = {}): object => ({
  accountEnabled: true,
  displayName: 'Carol',
  identities: [
    {
      signInType: 'emailAddress',
      issuer: 'contoso.onmicrosoft.com',
      issuerAssignedId: 'carol@contoso.example',
    },
  ],
  passwordProfile: { password: 'Long-Enough-1' },
  ...fields,
})
const filtered = (filter: string): string => `/users?$filter=${encodeURIComponent(filter)}`
const bob = (e: EntraUnderTest): string => e.host.keys.id('user:bob')
const group = (e: EntraUnderTest, name: string): string => e.host.keys.id(`group:${name}`)
const member = (id: string): object => ({
  '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
})

const cases: readonly Case[] = [
  ['no token', 401, 'InvalidAuthenticationToken', (e) => e.ask('/graph/v1.0/users')],
  [
    'another scheme',
    401,
    'InvalidAuthenticationToken',
    (e) => e.ask('/graph/v1.0/users', { headers: { authorization: 'Basic abc' } }),
  ],
  ['garbage', 401, 'InvalidAuthenticationToken', (e) => e.graph('garbage', 'GET', '/users')],
  [
    'a tampered token',
    401,
    'InvalidAuthenticationToken',
    (e, token) => e.graph(`${token.slice(0, -8)}AAAAAAAA`, 'GET', '/users'),
  ],
  [
    'a tampered key id',
    401,
    'InvalidAuthenticationToken',
    (e, token) => {
      const header = Buffer.from(
        JSON.stringify({ alg: 'RS256', kid: 'emulator-other', typ: 'JWT' }),
      ).toString('base64url')
      return e.graph([header, ...token.split('.').slice(1)].join('.'), 'GET', '/users')
    },
  ],
  [
    'alg none',
    401,
    'InvalidAuthenticationToken',
    (e, token) => {
      const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url')
      return e.graph(`${header}.${token.split('.')[1]}.`, 'GET', '/users')
    },
  ],
  [
    'an expired token',
    401,
    'InvalidAuthenticationToken',
    (e, token) => {
      e.host.clock.advanceSeconds(3_601)
      return e.graph(token, 'GET', '/users')
    },
  ],
  [
    'a token for another service',
    401,
    'InvalidAuthenticationToken',
    async (e) =>
      e.graph(
        await e.graphToken('graph-client', 'https://communication.azure.com/.default'),
        'GET',
        '/users',
      ),
  ],
  [
    "a person's id token",
    401,
    'InvalidAuthenticationToken',
    async (e) => e.graph((await e.byPassword()).json.id_token, 'GET', '/users'),
  ],
  [
    'a reader creating',
    403,
    'Authorization_RequestDenied',
    async (e) => e.graph(await e.graphToken('graph-reader-client'), 'POST', '/users', person()),
  ],
  [
    'a reader changing',
    403,
    'Authorization_RequestDenied',
    async (e) =>
      e.graph(await e.graphToken('graph-reader-client'), 'PATCH', `/users/${bob(e)}`, { displayName: 'x' }),
  ],
  [
    'a reader disabling',
    403,
    'Authorization_RequestDenied',
    async (e) =>
      e.graph(await e.graphToken('graph-reader-client'), 'PATCH', `/users/${bob(e)}`, {
        accountEnabled: false,
      }),
  ],
  [
    'a reader deleting',
    403,
    'Authorization_RequestDenied',
    async (e) => e.graph(await e.graphToken('graph-reader-client'), 'DELETE', `/users/${bob(e)}`),
  ],
  [
    'a reader adding a member',
    403,
    'Authorization_RequestDenied',
    async (e) =>
      e.graph(
        await e.graphToken('graph-reader-client'),
        'POST',
        `/groups/${group(e, 'admin')}/members/$ref`,
        member(bob(e)),
      ),
  ],
  [
    'a reader listing groups',
    403,
    'Authorization_RequestDenied',
    async (e) => e.graph(await e.graphToken('graph-reader-client'), 'GET', '/groups'),
  ],

  [
    'an unknown user',
    404,
    'Request_ResourceNotFound',
    (e, token) => e.graph(token, 'GET', `/users/${nobody}`),
  ],
  [
    'a user of the other directory',
    404,
    'Request_ResourceNotFound',
    (e, token) => e.graph(token, 'GET', `/users/${e.host.keys.id('user:bob:external-id')}`),
  ],
  [
    'groups of an unknown user',
    404,
    'Request_ResourceNotFound',
    (e, token) => e.graph(token, 'GET', `/users/${nobody}/memberOf`),
  ],
  [
    'changing an unknown user',
    404,
    'Request_ResourceNotFound',
    (e, token) => e.graph(token, 'PATCH', `/users/${nobody}`, { displayName: 'x' }),
  ],
  [
    'deleting an unknown user',
    404,
    'Request_ResourceNotFound',
    (e, token) => e.graph(token, 'DELETE', `/users/${nobody}`),
  ],
  [
    'an unknown group',
    404,
    'Request_ResourceNotFound',
    (e, token) => e.graph(token, 'GET', `/groups/${nobody}`),
  ],
  [
    'adding an unknown user',
    404,
    'Request_ResourceNotFound',
    (e, token) => e.graph(token, 'POST', `/groups/${group(e, 'admin')}/members/$ref`, member(nobody)),
  ],
  [
    'adding to an unknown group',
    404,
    'Request_ResourceNotFound',
    (e, token) => e.graph(token, 'POST', `/groups/${nobody}/members/$ref`, member(bob(e))),
  ],
  [
    'removing somebody who is not in it',
    404,
    'Request_ResourceNotFound',
    (e, token) => e.graph(token, 'DELETE', `/groups/${group(e, 'admin')}/members/${bob(e)}/$ref`),
  ],
  [
    'adding twice',
    400,
    'Request_BadRequest',
    (e, token) => e.graph(token, 'POST', `/groups/${group(e, 'new')}/members/$ref`, member(bob(e))),
  ],
  [
    'adding nobody',
    400,
    'Request_BadRequest',
    (e, token) => e.graph(token, 'POST', `/groups/${group(e, 'new')}/members/$ref`, {}),
  ],

  [
    'creating: no name',
    400,
    'Request_BadRequest',
    (e, token) => e.graph(token, 'POST', '/users', person({ displayName: undefined })),
  ],
  [
    'creating: no password',
    400,
    'Request_BadRequest',
    (e, token) => e.graph(token, 'POST', '/users', person({ passwordProfile: undefined })),
  ],
  [
    'creating: a weak password',
    400,
    'Request_BadRequest',
    (e, token) => e.graph(token, 'POST', '/users', person({ passwordProfile: { password: 'abc' } })),
  ],
  [
    'creating: no identity',
    400,
    'Request_BadRequest',
    (e, token) => e.graph(token, 'POST', '/users', person({ identities: [] })),
  ],
  [
    'creating: the issuer of somebody else',
    400,
    'Request_BadRequest',
    (e, token) =>
      e.graph(
        token,
        'POST',
        '/users',
        person({
          identities: [
            {
              signInType: 'emailAddress',
              issuer: 'fabrikam.onmicrosoft.com',
              issuerAssignedId: 'a@b.example',
            },
          ],
        }),
      ),
  ],
  [
    'creating: an unknown property',
    400,
    'Request_BadRequest',
    (e, token) => e.graph(token, 'POST', '/users', person({ role: 'admin' })),
  ],
  [
    'creating: a flag that is none',
    400,
    'Request_BadRequest',
    (e, token) => e.graph(token, 'POST', '/users', person({ accountEnabled: 'yes' })),
  ],
  [
    'creating: not JSON',
    400,
    'Request_BadRequest',
    (e, token) =>
      e.ask('/graph/v1.0/users', {
        method: 'POST',
        body: '{',
        headers: { authorization: `Bearer ${token}` },
      }),
  ],
  ['creating: a list', 400, 'Request_BadRequest', (e, token) => e.graph(token, 'POST', '/users', [])],

  [
    'filter: only the assigned id',
    400,
    'Request_UnsupportedQuery',
    (e, token) => e.graph(token, 'GET', filtered("identities/any(c:c/issuerAssignedId eq 'a@b.c')")),
  ],
  [
    'filter: an undoubled quote',
    400,
    'BadRequest',
    (e, token) => e.graph(token, 'GET', filtered("displayName eq 'o'neil'")),
  ],
  ['filter: no end', 400, 'BadRequest', (e, token) => e.graph(token, 'GET', filtered("displayName eq 'x"))],
  [
    'filter: an injection',
    400,
    'BadRequest',
    (e, token) => e.graph(token, 'GET', filtered("displayName eq 'x'; drop")),
  ],
  [
    'filter: too long',
    400,
    'Request_UnsupportedQuery',
    (e, token) => e.graph(token, 'GET', filtered(`displayName eq '${'x'.repeat(3_000)}'`)),
  ],
  ['$count', 400, 'Request_UnsupportedQuery', (e, token) => e.graph(token, 'GET', '/users?$count=true')],
  [
    '$search',
    400,
    'Request_UnsupportedQuery',
    (e, token) => e.graph(token, 'GET', '/users?$search="displayName:x"'),
  ],
  ['$top of 1000', 400, 'Request_BadRequest', (e, token) => e.graph(token, 'GET', '/users?$top=1000')],
  [
    'a page token of nobody',
    400,
    'Directory_ExpiredPageToken',
    (e, token) => e.graph(token, 'GET', '/users?$skiptoken=x'),
  ],
  [
    'checking 21 groups',
    400,
    'Request_BadRequest',
    (e, token) =>
      e.graph(token, 'POST', `/users/${bob(e)}/checkMemberGroups`, {
        groupIds: Array.from({ length: 21 }, () => nobody),
      }),
  ],
  [
    'a batch of 21',
    400,
    'Request_BadRequest',
    (e, token) =>
      e.graph(token, 'POST', '/$batch', {
        requests: Array.from({ length: 21 }, (_, index) => ({
          id: String(index),
          method: 'GET',
          url: '/users',
        })),
      }),
  ],
  [
    'a cast',
    400,
    'Request_UnsupportedQuery',
    (e, token) => e.graph(token, 'GET', `/users/${bob(e)}/memberOf/microsoft.graph.group`),
  ],
  ['an unknown collection', 400, 'Request_BadRequest', (e, token) => e.graph(token, 'GET', '/devices')],
  [
    'a method it does not have',
    405,
    'Request_BadRequest',
    (e, token) => e.graph(token, 'PUT', '/users', person()),
  ],
]

let entra: EntraUnderTest
beforeEach(() => {
  entra = new EntraUnderTest()
})
afterEach(() => entra.host.close())

describe('Graph refuses', () => {
  test.for(cases)('%s', async ([, status, code, ask]) => {
    const before = JSON.stringify(entra.service.accounts())
    const answer = await ask(entra, await entra.graphToken())
    expect(answer.json).toMatchObject({
      error: {
        code,
        message: expect.any(String),
        innerError: {
          date: expect.any(String),
          'request-id': expect.any(String),
          'client-request-id': expect.any(String),
        },
      },
    })
    expect(answer.status).toBe(status)
    expect(JSON.stringify(entra.service.accounts())).toBe(before)
  })
})
