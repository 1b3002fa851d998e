/**
 * Who may do what: application permissions only.
 */

import type { Directory } from '../entra/directory/directory.ts'
import type { EntraContext } from '../entra/entra-context.ts'
import { verifyAccessToken } from '../entra/tokens.ts'
import { denied, GraphError } from './errors.ts'

/** An operation of Graph. */
export type Operation =
  | 'readUsers'
  | 'writeUsers'
  | 'enableUsers'
  | 'readGroups'
  | 'readMemberships'
  | 'writeGroups'
  | 'writeMembers'

/** What an operation needs; any one of a list is enough. */
export const permissions: Readonly<Record<Operation, readonly string[]>> = {
  readUsers: ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All'],
  writeUsers: ['User.ReadWrite.All'],
  enableUsers: ['User.ReadWrite.All', 'User.EnableDisableAccount.All'],
  readGroups: ['GroupMember.Read.All', 'GroupMember.ReadWrite.All', 'Group.Read.All', 'Group.ReadWrite.All'],
  readMemberships: [
    'User.Read.All',
    'User.ReadWrite.All',
    'GroupMember.Read.All',
    'GroupMember.ReadWrite.All',
  ],
  writeGroups: ['Group.ReadWrite.All'],
  writeMembers: ['GroupMember.ReadWrite.All', 'Group.ReadWrite.All'],
}

/** An application that has shown a token. */
export interface Caller {
  readonly clientId: string
  readonly directory: Directory
  readonly roles: readonly string[]
}

/** The caller behind a request. @throws {@link GraphError} 401, or 403 for a person's token */
export async function authenticateCaller(context: EntraContext, request: Request): Promise<Caller> {
  const header = request.headers.get('authorization')
  if (header === null) throw unauthorized('Access token is empty.')
  const [scheme, token = '', ...rest] = header.split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || rest.length > 0) throw unauthorized('Access token is empty.')
  const bearer = await verifyAccessToken(context, token, { audience: 'https://graph.microsoft.com' })
  const byId =
    bearer ?? (await verifyAccessToken(context, token, { audience: '00000003-0000-0000-c000-000000000000' }))
  if (!byId) throw unauthorized('Access token validation failure. Invalid audience or signature.')
  if (byId.scopes.length > 0) throw denied()
  const directory = Object.values(context.directories).find(({ tenantId }) => tenantId === byId.tenantId)
  if (!directory) throw unauthorized('Access token validation failure. Invalid tenant.')
  return { clientId: byId.clientId, directory, roles: byId.roles }
}

/** Lets a caller through that has one of `wanted`. @throws {@link GraphError} 403 */
export function requirePermission({ roles }: Caller, wanted: readonly string[]): void {
  if (!wanted.some((permission) => roles.includes(permission))) throw denied()
}

function unauthorized(message: string): GraphError {
  const headers = { 'WWW-Authenticate': 'Bearer realm="", authorization_uri="", client_id=""' }
  return new GraphError(401, 'InvalidAuthenticationToken', message, { headers })
}
