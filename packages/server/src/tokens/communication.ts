/**
 * Tokens for Azure Communication Services: chat and calls.
 *
 * @module
 */

import { isLatchkeyError } from '@latchkey/common'
import {
  CommunicationIdentityClient,
  type CommunicationIdentityClientOptions,
  CommunicationUserDirectory,
  type CommunicationUserStore,
  createMemoryStore,
  type ReconcileReport,
  type TokenCredential,
  type TokenScope,
  tokenScopes,
} from '@latchkey/identity'
import { z } from 'zod'
import { serverError } from '../errors.ts'
import { assertFunction, assertObject, assertWhole } from '../given.ts'
import { createCosmosCommunicationUserStore } from '../stores/cosmos/communication-users.ts'
import type { TokenService, TokenServiceContext, TokenServiceFactory } from './token-service.ts'

/** How tokens are issued. */
export interface CommunicationTokensOptions {
  /** What a person may ask for; the first request without scopes gets all of these. Default `chat`. */
  readonly scopes?: readonly TokenScope[]
  /** 60 to 1,440. Default 60: the page asks again long before, and a stolen token soon opens nothing. */
  readonly lifetimeMinutes?: number
  /** Needed where the settings hold an endpoint and no key: how the server proves itself, for example managed identity. */
  readonly credential?: TokenCredential
  /**
   * Settings of the client. As it is, users are made under custom ids, in a preview api-version of Azure for that one
   * request, so that nothing can be made twice or lost. With `apiVersion: '2023-10-01'` everything is stable, and a
   * crash at the wrong moment may leave a user at Communication Services that nobody can find.
   */
  readonly clientOptions?: CommunicationIdentityClientOptions
  /**
   * Keeps servers apart that share one Communication Services resource and know the same people: without it, such
   * servers give a person one user, and an account deleted in one has no user in the other. Default: none.
   */
  readonly purpose?: string
  /**
   * Told what each sweep reconciled, for example to log `possibleOrphans`. Default: a process warning with the code
   * `LATCHKEY_POSSIBLE_ORPHANS` when there are any.
   */
  readonly onReconcile?: (report: ReconcileReport) => void | Promise<void>
  /** Where the map to Communication Services users is. Default: the server's Cosmos DB, or memory without one. */
  readonly store?: CommunicationUserStore
  /** What clients are told to talk to. Default: the endpoint of the settings. */
  readonly publicEndpoint?: string
}

interface CommunicationBody {
  readonly scopes?: readonly string[] | undefined
}

/**
 * The service behind `POST /v1/tokens/communication`.
 *
 * @throws `ERR_SERVER_SETTINGS`, when the server starts, without settings for Communication Services.
 */
export function communicationTokens(options: CommunicationTokensOptions = {}): TokenServiceFactory {
  assertObject(options, 'options')
  assertOptions(options)
  return (context) => {
    const { client, endpoint } = createClient(context, options)
    const directory = new CommunicationUserDirectory({
      client,
      store: options.store ?? storeOf(context),
      clock: context.clock,
      ...(options.purpose !== undefined && { purpose: options.purpose }),
    })
    const allowed = options.scopes ?? ['chat']
    const tokenExpiresInMinutes = options.lifetimeMinutes ?? 60
    const onReconcile = options.onReconcile ?? warnOfOrphans
    const service: TokenService<CommunicationBody | undefined> = {
      name: 'communication',
      summary: 'A token for Azure Communication Services',
      request: z
        .strictObject({
          scopes: z
            .array(z.enum(tokenScopes as [string, ...string[]]))
            .min(1)
            .max(5)
            .optional(),
        })
        .optional(),
      response: z.object({
        token: z.string(),
        expiresOn: z.iso.datetime(),
        userId: z.string(),
        endpoint: z.string(),
      }),
      issue: async ({ person, body, confirm }) => {
        if (!person) throw serverError('ERR_SERVER_UNAUTHENTICATED', 'Sign in first')
        const scopes = allowed.filter((scope) => body?.scopes?.includes(scope) ?? true)
        if (body?.scopes?.some((scope) => !allowed.some((one) => one === scope)))
          throw serverError('ERR_SERVER_FORBIDDEN', 'Not allowed')
        await confirm()
        const { token, expiresOn, user } = await upstream(
          directory.issueToken(person.subject, scopes, { tokenExpiresInMinutes }),
        )
        return {
          token,
          expiresOn: expiresOn.toISOString(),
          userId: user.communicationUserId,
          endpoint: options.publicEndpoint ?? endpoint,
        }
      },
      sweep: async () => {
        await upstream(directory.sweep())
        await onReconcile(await upstream(directory.reconcile()))
      },
      removePerson: async ({ subject }) => {
        // An orphan holds nothing of a person; an entry that accounts for one holds who they are.
        await upstream(directory.delete(subject, { forgetPossibleOrphans: true }))
      },
    }
    return service
  }
}

function warnOfOrphans({ unaccounted, usesCustomIds }: ReconcileReport): void {
  if (unaccounted === 0) return
  const why = usesCustomIds ? 'from before custom ids' : 'created without custom ids'
  process.emitWarning(
    `${unaccounted} Communication Services users, ${why}, may exist and be known to nobody`,
    { code: 'LATCHKEY_POSSIBLE_ORPHANS' },
  )
}

function assertOptions(options: CommunicationTokensOptions): void {
  const { lifetimeMinutes, onReconcile, purpose, scopes } = options
  const isKnown = (scope: unknown): boolean => tokenScopes.some((known) => known === scope)
  if (scopes !== undefined && !(Array.isArray(scopes) && scopes.length > 0 && scopes.every(isKnown)))
    throw serverError('ERR_SERVER_SETTINGS', `options.scopes must be a list of ${tokenScopes.join(', ')}`, {
      variable: 'options.scopes',
    })
  if (lifetimeMinutes !== undefined) assertWhole(lifetimeMinutes, 'options.lifetimeMinutes', 60, 1_440)
  if (onReconcile !== undefined) assertFunction(onReconcile, 'options.onReconcile')
  if (purpose !== undefined && !/^[\w.-]{1,100}$/.test(purpose))
    throw serverError(
      'ERR_SERVER_SETTINGS',
      'options.purpose must be 1 to 100 letters, digits, ".", "_", "-"',
      {
        variable: 'options.purpose',
      },
    )
}

function createClient(
  { settings, clock, fetch }: TokenServiceContext,
  { credential, clientOptions }: CommunicationTokensOptions,
): { readonly client: CommunicationIdentityClient; readonly endpoint: string } {
  const { communication } = settings
  // It always sends to an address it has put together itself, as text.
  const send: typeof globalThis.fetch = (address, init) => fetch(String(address), init)
  const options = { clock, ...(clientOptions?.dispatcher === undefined && { fetch: send }), ...clientOptions }
  if (communication?.connectionString) {
    const client = new CommunicationIdentityClient(communication.connectionString.reveal(), options)
    return { client, endpoint: client.endpoint }
  }
  if (communication?.endpoint === undefined || !credential)
    throw serverError(
      'ERR_SERVER_SETTINGS',
      'LATCHKEY_COMMUNICATION_CONNECTION_STRING is not set, nor an endpoint with a credential',
      { variable: 'LATCHKEY_COMMUNICATION_CONNECTION_STRING' },
    )
  const { endpoint } = communication
  return { client: new CommunicationIdentityClient(endpoint, credential, options), endpoint }
}

function storeOf({ databases }: TokenServiceContext): CommunicationUserStore {
  return databases ? createCosmosCommunicationUserStore(databases) : createMemoryStore()
}

// What the identity package throws is not the client's fault, and its text is not for clients.
async function upstream<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const reason = isLatchkeyError(error) ? error.code : 'unknown'
    const isBusy = reason === 'ERR_IDENTITY_BUSY' || reason === 'ERR_IDENTITY_THROTTLED'
    const retryAfterMs = isLatchkeyError(error) ? error.details['retryAfterMs'] : undefined
    const seconds = typeof retryAfterMs === 'number' ? Math.ceil(retryAfterMs / 1000) : 5
    const retryAfterSeconds = Math.min(Math.max(seconds, 1), 3_600)
    throw serverError(
      isBusy ? 'ERR_SERVER_THROTTLED' : 'ERR_SERVER_UPSTREAM',
      'communication failed',
      { service: 'communication', reason, ...(isBusy && { retryAfterSeconds }) },
      error,
    )
  }
}
