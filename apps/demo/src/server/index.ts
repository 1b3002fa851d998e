/**
 * The demo's server, for whoever starts it.
 *
 * @module
 */

export type { Asset } from './assets.ts'
export { readAssets } from './assets.ts'
export type { CreateDemoOptions } from './create-demo.ts'
export { createDemo } from './create-demo.ts'
