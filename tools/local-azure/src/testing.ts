/**
 * Local Azure in tests.
 *
 * @module
 */

export type { Refusal, TokenJudge } from './fluid/authorization.ts'
export type { FluidService, FluidServiceOptions } from './fluid/fluid-service.ts'
export { createFluidService } from './fluid/fluid-service.ts'
export type { LocalAzureFixtures } from './host/fixture.ts'
export { test } from './host/fixture.ts'
export type { Connection, Listener, ListenOptions, TlsIdentity } from './host/listen.ts'
export { listen } from './host/listen.ts'
export type { TestHost, TestHostOptions } from './host/test-host.ts'
export { createTestHost } from './host/test-host.ts'
