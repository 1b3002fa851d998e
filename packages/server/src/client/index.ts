/**
 * The browser's side of Latchkey: who is signed in, and the short-lived tokens of the services behind the door.
 *
 * Nothing of Azure is bundled with it: it hands out what the Azure clients are made with.
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
