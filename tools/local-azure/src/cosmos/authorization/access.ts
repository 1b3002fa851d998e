/**
 * Who is asking, and what they may touch.
 *
 * The master key opens everything. A resource token opens one container, or one item of it, perhaps only one partition
 * key, perhaps only for reading; besides that only what the SDK needs to find its way: the account, the container and
 * its partition key ranges. Whatever is not allowed here is refused.
 */

import { forbidden, notImplemented, unauthorized } from '../errors.ts'
import { isReading, type Operation } from '../operation.ts'
import { isUnder, type PartitionKeyValue, parseKeyHeader } from '../partition-key.ts'
import type { Address, CosmosRequest } from '../request.ts'
import type { Container } from '../store/container.ts'
import { verifyMasterSignature } from './master-key.ts'
import type { ResourceTokens, TokenGrant } from './resource-token.ts'

/** The holder of the master key, or of a resource token. */
export type Access = { readonly kind: 'master' } | { readonly kind: 'token'; readonly grant: TokenGrant }

export interface AuthenticateOptions {
  /** Signs under the master key. */
  readonly sign: (text: string) => Buffer
  readonly tokens: ResourceTokens
  readonly nowMs: number
}

const master: Access = { kind: 'master' }

/** Finds out who is asking. Throws 401 and 403, 501 for Entra tokens. */
export function authenticate(request: CosmosRequest, address: Address, options: AuthenticateOptions): Access {
  const header = request.header('authorization')
  if (header === undefined || header === '' || header === 'null') {
    throw unauthorized(
      'Required Header authorization is missing. Ensure a valid Authorization token is passed.',
    )
  }
  const text = decode(header)
  if (text.startsWith('type=aad&')) throw notImplemented('Entra tokens (type=aad)')
  if (text.startsWith('type=resource&')) return { kind: 'token', grant: options.tokens.verify(text) }
  const [, signature] = /^type=master&ver=1\.0&sig=([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  if (signature === undefined) {
    throw unauthorized('The authorization header is not of a known form: type=master or type=resource.')
  }
  verifyMasterSignature(options.sign, request, address, signature, options.nowMs)
  return master
}

function decode(header: string): string {
  try {
    return decodeURIComponent(header)
  } catch {
    throw unauthorized('The authorization header is not validly percent-encoded.')
  }
}

/** Refuses what `access` does not open. Throws 403. */
export function assertAllowed(
  access: Access,
  request: CosmosRequest,
  address: Address,
  operation: Operation,
  container: Container | undefined,
): void {
  if (access.kind === 'master') return
  if (address.type === '' && operation === 'read') return
  const { grant } = access
  // A container made anew under an old name is another container.
  if (container === undefined || container.rid !== grant.containerRid) throw insufficient()
  if (address.type === 'colls' && operation === 'read') return
  if (address.type === 'pkranges' && operation === 'list') return
  if (address.type !== 'docs') throw insufficient()
  if (grant.mode === 'read' && !isReading(operation)) throw insufficient()
  // A plan is made from the query's text alone.
  if (operation === 'plan') return
  assertItem(grant, address)
  assertPartition(grant, request, operation)
}

function assertItem(grant: TokenGrant, address: Address): void {
  if (grant.item !== undefined && (address.feed || address.id !== grant.item)) throw insufficient()
}

function assertPartition(grant: TokenGrant, request: CosmosRequest, operation: Operation): void {
  if (grant.key === undefined) {
    // A permission of an older data file may name an item and no partition key, which would open one in each.
    if (grant.item !== undefined) throw insufficient()
    return
  }
  const key = parseKeyHeader(request.header('x-ms-documentdb-partitionkey'))
  // Each operation of bulk names its own key, and is judged by it when its turn comes.
  if (key === undefined && operation === 'bulk') return
  if (key === undefined || !isUnder(key.text, grant.key)) throw insufficient()
}

/** Refuses a bulk operation on a partition key that `access` does not open. Throws 403. */
export function assertOpensKey(access: Access, key: PartitionKeyValue): void {
  if (access.kind === 'token' && !isUnder(key.text, access.grant.key)) throw insufficient()
}

function insufficient(): Error {
  return forbidden(
    'Insufficient permissions provided in the authorization header for the corresponding request. Please retry with another authorization header.',
  )
}
