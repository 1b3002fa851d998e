/**
 * The browser's side of Latchkey: the signed-in person, and short-lived tokens for the Azure services.
 *
 * It bundles no Azure client: it returns the tokens and options from which you create them.
 *
 * @module
 */

export type { LatchkeyClientErrorCode } from './client-error.ts'
export { LatchkeyClientError } from './client-error.ts'
export type { CosmosClientConstructor, CosmosClients, HasContainers } from './cosmos-clients.ts'
export { createCosmosClients } from './cosmos-clients.ts'
export type {
  AbortSignalLike,
  CommunicationCredentialOptions,
  FluidTokenRequest,
  LatchkeyClient,
  LatchkeyClientOptions,
  RequestOptions,
} from './latchkey-client.ts'
export { createLatchkeyClient } from './latchkey-client.ts'
export type {
  CommunicationToken,
  CosmosPermission,
  CosmosTokens,
  FluidToken,
  Me,
} from './token-answers.ts'
