/**
 * The client of the identity operations of Azure Communication Services: users, and tokens for them.
 *
 * Names, arguments and results are those of Azure's `CommunicationIdentityClient`; what differs is listed in the README.
 */

import type { CommunicationUserIdentifier, KeyCredential } from '@latchkey/common'
import { parseConnectionString } from '@latchkey/common'
import { argumentError } from '../errors.ts'
import { type CommunicationAccessToken, parseAccessToken, parseIdentity, parseObject } from './answers.ts'
import {
  assertCustomId,
  assertMinutes,
  assertScopes,
  assertText,
  idOf,
  type TokenScope,
} from './arguments.ts'
import { type Authorizer, bearWith, signWith, type TokenCredential } from './authorization.ts'
import { assertServiceEndpoint } from './endpoint.ts'
import type { CommunicationIdentityClientOptions, OperationOptions } from './options.ts'
import { type ServiceCall, ServiceConnection } from './service-connection.ts'
import { parseClientOptions } from './settings.ts'

/** Settings of a create. */
export interface CreateUserOptions extends OperationOptions {
  /**
   * Your own id for the user: creating twice with one id answers one user. Asked for in {@link customIdApiVersion},
   * unless `apiVersion` chooses another, which knows none.
   */
  readonly customId?: string
}

/** Settings of a token. */
export interface GetTokenOptions extends OperationOptions {
  /** 60 to 1,440. Default: what the service says, 1,440. */
  readonly tokenExpiresInMinutes?: number
}

/** Settings of a create with a token. */
export interface CreateUserAndTokenOptions extends CreateUserOptions, GetTokenOptions {}

/** A user with a token. */
export interface CommunicationUserToken extends CommunicationAccessToken {
  readonly user: CommunicationUserIdentifier
}

/** What a Teams user's token is exchanged by. */
export interface GetTokenForTeamsUserOptions extends OperationOptions {
  readonly teamsUserAadToken: string
  readonly clientId: string
  readonly userObjectId: string
}

/**
 * Creates and deletes users, issues and revokes their tokens.
 *
 * @example
 * ```ts
 * const client = new CommunicationIdentityClient(connectionString)
 * const user = await client.createUser()
 * const { token, expiresOn } = await client.getToken(user, ['chat'])
 * ```
 */
export class CommunicationIdentityClient {
  /** Where the resource is, without a slash at the end. */
  readonly endpoint: string
  /** Whether users can be made under an id of your own: unless `apiVersion` chooses a version that knows none. */
  readonly supportsCustomId: boolean
  readonly #connection: ServiceConnection
  readonly #customIdApiVersion: string | undefined

  /**
   * @param connectionString - `endpoint=…;accesskey=…`.
   * @throws {@link LatchkeyError} `ERR_CONNECTION_STRING`, `ERR_ENDPOINT`, `ERR_LOCAL_KEY`; `ERR_IDENTITY_ARGUMENT` for
   *   an option that cannot be meant.
   */
  constructor(connectionString: string, options?: CommunicationIdentityClientOptions)
  /**
   * @param endpoint - `https://{resource}.communication.azure.com`; plain http is for this machine only.
   * @param credential - An access key, or a source of Entra tokens such as a managed identity.
   * @throws {@link LatchkeyError} `ERR_ENDPOINT`, `ERR_ACCESS_KEY`, `ERR_LOCAL_KEY`; `ERR_IDENTITY_ARGUMENT` without a
   *   credential, or for an option that cannot be meant.
   */
  constructor(
    endpoint: string,
    credential: KeyCredential | TokenCredential,
    options?: CommunicationIdentityClientOptions,
  )
  constructor(
    endpointOrConnectionString: string,
    credentialOrOptions: KeyCredential | TokenCredential | CommunicationIdentityClientOptions = {},
    moreOptions: CommunicationIdentityClientOptions = {},
  ) {
    const isPair = isCredential(credentialOrOptions)
    if (!isPair && /^https?:/i.test(endpointOrConnectionString)) {
      throw argumentError(
        'An endpoint needs a credential: { key }, or a source of Entra tokens with a getToken method.',
        'credential',
      )
    }
    const given = isPair
      ? { endpoint: endpointOrConnectionString, credential: credentialOrOptions }
      : parseConnectionString(endpointOrConnectionString)
    const settings = parseClientOptions((isPair ? moreOptions : credentialOrOptions) ?? {})
    const { clock, customIdApiVersion } = settings
    const { credential } = given
    const isToken = isTokenCredential(credential)
    const authorize: Authorizer = isToken ? bearWith(credential, clock) : signWith(credential, clock)
    assertServiceEndpoint(given.endpoint, isToken ? undefined : credential.key)
    this.endpoint = new URL(given.endpoint).origin
    this.#customIdApiVersion = customIdApiVersion
    this.supportsCustomId = customIdApiVersion !== undefined
    this.#connection = new ServiceConnection({ ...settings, endpoint: this.endpoint, authorize })
  }

  /**
   * Creates a user.
   *
   * @throws {@link CommunicationIdentityError} `ERR_IDENTITY_OUTCOME_UNKNOWN` when the request was sent and no answer
   *   came; with a `customId` such a create is repeated instead, since it cannot make two.
   */
  async createUser(options?: CreateUserOptions | null): Promise<CommunicationUserIdentifier> {
    const customId = options?.customId
    assertCustomId(customId, this.supportsCustomId)
    const body = customId === undefined ? {} : { body: { customId } }
    return parseIdentity(
      parseObject(await this.#connection.send({ ...this.#createCall(customId), ...body }, options)),
    )
  }

  /** Creates a user and issues a token in one call. Throws as {@link createUser}. */
  async createUserAndToken(
    scopes: readonly TokenScope[],
    options?: CreateUserAndTokenOptions | null,
  ): Promise<CommunicationUserToken> {
    const { customId, tokenExpiresInMinutes } = options ?? {}
    assertScopes(scopes, 'createTokenWithScopes')
    assertMinutes(tokenExpiresInMinutes)
    assertCustomId(customId, this.supportsCustomId)
    const body = {
      customId,
      createTokenWithScopes: scopes,
      expiresInMinutes: tokenExpiresInMinutes ?? undefined,
    }
    const answer = parseObject(await this.#connection.send({ ...this.#createCall(customId), body }, options))
    return { ...parseAccessToken(answer['accessToken']), user: parseIdentity(answer) }
  }

  /**
   * Issues a token.
   *
   * @throws {@link CommunicationIdentityError} `ERR_IDENTITY_NOT_OWNED` for a user of another resource, or none.
   */
  async getToken(
    user: CommunicationUserIdentifier,
    scopes: readonly TokenScope[],
    options?: GetTokenOptions | null,
  ): Promise<CommunicationAccessToken> {
    const path = `${userPath(user)}/:issueAccessToken`
    assertScopes(scopes, 'scopes')
    const minutes = options?.tokenExpiresInMinutes
    assertMinutes(minutes)
    const body = { scopes, expiresInMinutes: minutes ?? undefined }
    const call: ServiceCall = { method: 'POST', path, body, success: [200] }
    return parseAccessToken(parseObject(await this.#connection.send(call, options)))
  }

  /** Ends every token of a user that was issued so far. */
  async revokeTokens(user: CommunicationUserIdentifier, options?: OperationOptions | null): Promise<void> {
    const path = `${userPath(user)}/:revokeAccessTokens`
    await this.#connection.send({ method: 'POST', path, success: [204] }, options)
  }

  /** Deletes a user with all their data, and ends their tokens. */
  async deleteUser(user: CommunicationUserIdentifier, options?: OperationOptions | null): Promise<void> {
    const call: ServiceCall = { method: 'DELETE', path: userPath(user), success: [204], goneIsDone: true }
    await this.#connection.send(call, options)
  }

  /**
   * Exchanges the Entra token of a Teams user for a Communication Services token.
   *
   * @throws {@link CommunicationIdentityError} `ERR_IDENTITY_TEAMS_TOKEN` when Azure refuses the token.
   */
  async getTokenForTeamsUser(options: GetTokenForTeamsUserOptions): Promise<CommunicationAccessToken> {
    if (!options) throw argumentError('The token of a Teams user is required.', 'teamsUserAadToken')
    const { teamsUserAadToken, clientId, userObjectId } = options
    assertText(teamsUserAadToken, 'teamsUserAadToken')
    assertText(clientId, 'clientId')
    assertText(userObjectId, 'userObjectId')
    const body = { token: teamsUserAadToken, appId: clientId, userId: userObjectId }
    const path = '/teamsUser/:exchangeAccessToken'
    return parseAccessToken(
      parseObject(await this.#connection.send({ method: 'POST', path, body, success: [200] }, options)),
    )
  }

  #createCall(customId: string | undefined): ServiceCall {
    const call = { method: 'POST', path: '/identities', json: true } as const
    // Without a custom id, 200 would be somebody else's user.
    if (customId === undefined) return { ...call, success: [201], isCreate: true }
    const apiVersion = this.#customIdApiVersion
    return { ...call, success: [200, 201], ...(apiVersion !== undefined && { apiVersion }) }
  }
}

function userPath(user: CommunicationUserIdentifier): string {
  return `/identities/${encodeURIComponent(idOf(user))}`
}

function isCredential(value: unknown): value is KeyCredential | TokenCredential {
  if (typeof value !== 'object' || value === null) return false
  return isTokenCredential(value) || ('key' in value && typeof value.key === 'string')
}

// What has a key besides shows its tokens, as with Azure's clients.
function isTokenCredential(value: object): value is TokenCredential {
  return 'getToken' in value && typeof value.getToken === 'function'
}
