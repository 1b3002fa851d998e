/**
 * The functions of the app, for a host that wires them itself.
 *
 * @module
 */

export { toHttpHandler } from './adapter.ts'
export type { FunctionsAppOptions } from './register-functions.ts'
export { registerFunctions } from './register-functions.ts'
