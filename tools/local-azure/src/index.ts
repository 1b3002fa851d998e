/**
 * The Azure services Latchkey talks to, on one machine, offline.
 *
 * @module
 */

export type { Endpoints, EndpointUser, Ports } from './endpoints.ts'
export { defaultPortBase } from './endpoints.ts'
export type { LocalService, Overview, RequestContext, ServiceHost, ServiceName } from './host/service.ts'
export type { LocalAzure, LocalAzureOptions } from './start-local-azure.ts'
export { startLocalAzure } from './start-local-azure.ts'
