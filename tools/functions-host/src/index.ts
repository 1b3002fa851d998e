/**
 * Runs an Azure Functions app in this process: the real `@azure/functions`, driven through its public core contract.
 *
 * @module
 */

export type { LogEntry } from './function-app.ts'
export type { FunctionKeys } from './function-keys.ts'
export type { FunctionsHost, FunctionsHostOptions } from './start-functions-host.ts'
export { startFunctionsHost } from './start-functions-host.ts'
export type { TimerInvocation } from './timer.ts'
