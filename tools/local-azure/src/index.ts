/**
 * The Azure services Latchkey talks to, on one machine, offline.
 *
 * @module
 */

export type { StartTableOptions } from './cli/start-table.ts'
export { startTable } from './cli/start-table.ts'
export type { Endpoints, EndpointUser, Ports } from './endpoints.ts'
export { defaultPortBase } from './endpoints.ts'
export type { ControlClock, OffsetStore } from './host/clock.ts'
export type { Database, SqlRow, SqlValue } from './host/database.ts'
export type { HostErrorCode } from './host/errors.ts'
export type { Fault, FaultKind, FaultOptions, Faults } from './host/faults.ts'
export type { LocalKeys } from './host/local-keys.ts'
export type { PlainRequest } from './host/plain-request.ts'
export type { LoggedRequest, RequestLog } from './host/request-log.ts'
export type { LocalService, Overview, RequestContext, ServiceHost, ServiceName } from './host/service.ts'
export type { ExplainPortOptions, PortRefusal } from './host/taken-port.ts'
export { explainTakenPort } from './host/taken-port.ts'
export type { IssuedToken, TokenLedger } from './host/token-ledger.ts'
export { settingsOf } from './settings.ts'
export type { LocalAzure, LocalAzureOptions } from './start-local-azure.ts'
export { startLocalAzure } from './start-local-azure.ts'
