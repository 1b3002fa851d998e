/**
 * Calls of the API's functions that can be pasted into a shell, with the key and people of this local Azure filled in.
 */

import type { Endpoints } from './endpoints.ts'

/** A call, or the command that keeps what later calls need. */
export interface FunctionCall {
  readonly name: string
  readonly what: string
  readonly command: string
}

/** The first call to make: it needs nothing but the key. */
export function firstCall({ api }: Endpoints): string {
  return `curl "${api.functionsUrl}/CheckAccount?email=test@test.com&code=${api.functionKey}"`
}

/** Every function, in an order in which each call has what it needs from those before. */
export function functionCalls(endpoints: Endpoints): readonly FunctionCall[] {
  const { api, users } = endpoints
  const curl = (name: string, query: string, flags = ''): string =>
    `curl ${flags}"${api.functionsUrl}/${name}?${query}&code=${api.functionKey}"`
  const signIn = ({ email = '', password = '' }: Partial<Endpoints['users'][number]> = {}): string =>
    `email=${email}&password=${password}`
  const admin = users.find(({ role }) => role === 'admin')
  const keep = (variable: string, call: string, field: string): string =>
    `${variable}=$(${call} | sed 's/.*"${field}":"\\([^"]*\\)".*/\\1/')`
  const tokens = curl('GetRefreshAndAccessToken', signIn(users.at(-1)))
  const adminTokens = curl('GetRefreshAndAccessToken', signIn(admin), '-s ')
  return [
    { name: 'CheckAccount', what: 'finds an account, or makes one', command: firstCall(endpoints) },
    { name: 'GetRefreshAndAccessToken', what: 'tokens for a password', command: tokens },
    {
      name: 'Keep the refresh token',
      what: 'for the next two calls',
      command: keep('REFRESH', tokens.replace('curl ', 'curl -s '), 'refresh_token'),
    },
    {
      name: 'GetResourceTokens',
      what: 'what the person may open in Cosmos DB',
      command: curl('GetResourceTokens', 'refresh_token=$REFRESH'),
    },
    {
      name: 'RefreshToken',
      what: 'a new access token',
      command: curl('RefreshToken', 'refresh_token=$REFRESH'),
    },
    {
      name: 'GetUserInfo',
      what: 'the row of the User container',
      command: curl('GetUserInfo', 'email=test@test.com'),
    },
    {
      name: 'Keep an admin’s access token',
      what: 'for the last two calls',
      command: keep('ADMIN', adminTokens, 'access_token'),
    },
    {
      name: 'CreateRolePermission',
      what: 'makes permissions fit the rules of a role',
      command: curl('CreateRolePermission', 'auth_token=$ADMIN&role=editor', '-X POST '),
    },
    {
      name: 'UpdateRole',
      what: 'puts a person in another group',
      command: curl('UpdateRole', 'auth_token=$ADMIN&email=test@test.com&role=editor', '-X POST '),
    },
  ]
}
