/**
 * The browser's side: tokens from your server, by cookie or bearer, as the official clients take them.
 *
 * @module
 */

export type { CosmosClientConstructor, CosmosConnection } from './cosmos-clients.ts'
export { createCosmosClients } from './cosmos-clients.ts'
export type {
  CommunicationTokenAnswer,
  CosmosPermission,
  CosmosTokenAnswer,
  FluidTokenAnswer,
  LatchkeyClient,
  LatchkeyClientOptions,
} from './latchkey-client.ts'
export { createLatchkeyClient, LatchkeyRequestError } from './latchkey-client.ts'
export type { CommunicationCredential, FluidProvider } from './token-providers.ts'
export { createCommunicationCredential, createFluidTokenProvider } from './token-providers.ts'
