/**
 * The one door to Fluid's published server parts, so that a change of theirs is met in one place.
 *
 * Ordering (deli), summaries (scribe), broadcasting, the socket protocol (nexus) and the checks of tokens are the code the
 * real service runs. Loading it takes a third of a second and 60 MB, so this file and those that import it are loaded when
 * the first client comes (fluid-service.ts).
 */

export { configureWebSocketServices } from '@fluidframework/server-lambdas'
export type { ILocalOrdererSetup, IPubSub } from '@fluidframework/server-memory-orderer'
export { LocalContext, LocalOrderer } from '@fluidframework/server-memory-orderer'
export {
  GitManager,
  getQuorumTreeEntries,
  isNetworkError,
  mergeAppAndProtocolTree,
  NetworkError,
  parseToken,
  validateTokenClaimsExpiration,
} from '@fluidframework/server-services-client'
export type {
  IClientManager,
  ICollection,
  ILogger,
  IOrderer,
  IOrdererManager,
  ISequencedOperationMessage,
  ITenantManager,
  IWebSocket,
  IWebSocketServer,
} from '@fluidframework/server-services-core'
export {
  CheckpointService,
  DefaultMetricClient,
  DefaultServiceConfiguration,
  SequencedOperationType,
} from '@fluidframework/server-services-core'
export {
  extractTokenFromHeader,
  getCreationToken,
  validateTokenClaims,
  verifyToken,
} from '@fluidframework/server-services-utils'
