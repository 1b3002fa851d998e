/**
 * The demo's server, for whoever starts it.
 *
 * @module
 */

export type { Asset } from './assets.ts'
export { readAssets } from './assets.ts'
export type { DemoOptions } from './demo-app.ts'
export { createDemoApp } from './demo-app.ts'
