/**
 * Local Azure, the API and the demo, started together.
 *
 * @module
 */

export { buildApps } from './build-apps.ts'
export type { Everything, StartOptions } from './start-everything.ts'
export { startEverything } from './start-everything.ts'
