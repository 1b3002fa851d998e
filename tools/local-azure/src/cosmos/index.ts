/**
 * The local Cosmos by itself: on a port, or in process.
 *
 * @module
 */

export type {
  InProcessCosmos,
  InProcessCosmosOptions,
  InProcessHeaders,
  InProcessResponse,
  PipelineRequestLike,
} from './in-process.ts'
export { openInProcessCosmos } from './in-process.ts'
export type { RunningCosmos, StartCosmosOptions } from './start-cosmos.ts'
export { startCosmos } from './start-cosmos.ts'
export type { CosmosStoreErrorCode } from './store/schema.ts'
