/**
 * Local Azure in tests.
 *
 * @module
 */

export type { LocalAzureFixtures } from './host/fixture.ts'
export { test } from './host/fixture.ts'
export type { TestHost, TestHostOptions } from './host/test-host.ts'
export { createTestHost } from './host/test-host.ts'
