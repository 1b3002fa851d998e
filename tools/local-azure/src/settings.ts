/**
 * The settings of Latchkey for a running local Azure, as environment variables.
 */

import { createHmac } from 'node:crypto'
import { localKeyHead } from '@latchkey/common'
import { type Endpoints, signInPolicy } from './endpoints.ts'
import { resetPolicy } from './entra/b2c/policies.ts'

// The groups of the seed, the most powerful first.
const roleOrder = ['admin', 'editor', 'new', 'guest']

/**
 * The `LATCHKEY_*` environment that points Latchkey at a local Azure.
 *
 * The session keys follow from a key of the data folder, so that sessions outlive a restart, and begin with the head
 * that production refuses.
 *
 * @example
 * ```ts
 * const child = spawn('node', ['server.ts'], { env: { ...process.env, ...settingsOf(localAzure.endpoints) } })
 * ```
 */
export function settingsOf(endpoints: Endpoints): Record<string, string> {
  const { api, communication, cosmos, demo, entra, fluid, graph } = endpoints
  const { b2c } = entra
  return {
    LATCHKEY_PROVIDER: 'b2c',
    LATCHKEY_METADATA_URL: b2c.metadata,
    LATCHKEY_ROPC_METADATA_URL: b2c.ropcMetadata,
    LATCHKEY_RESET_METADATA_URL: b2c.metadata.replace(signInPolicy, resetPolicy),
    LATCHKEY_CLIENT_ID: b2c.clientId,
    LATCHKEY_CLIENT_SECRET: b2c.clientSecret,
    LATCHKEY_POLICIES: `${policyOf(b2c.authority)},${b2c.ropcPolicy}`,
    LATCHKEY_GRAPH_ENDPOINT: graph.endpoint,
    LATCHKEY_GRAPH_TENANT_ID: b2c.tenantId,
    LATCHKEY_GRAPH_CLIENT_ID: graph.clientId,
    LATCHKEY_GRAPH_CLIENT_SECRET: graph.clientSecret,
    LATCHKEY_ROLES: roleOrder.join(','),
    LATCHKEY_COSMOS_ENDPOINT: cosmos.endpoint,
    LATCHKEY_COSMOS_KEY: cosmos.key,
    LATCHKEY_COSMOS_DATABASE: cosmos.database,
    LATCHKEY_COSMOS_SYSTEM_DATABASE: cosmos.systemDatabase,
    LATCHKEY_COMMUNICATION_CONNECTION_STRING: `endpoint=${communication.endpoint}/;accesskey=${communication.accessKey}`,
    LATCHKEY_FLUID_ENDPOINT: fluid.endpoint,
    LATCHKEY_FLUID_TENANT_ID: fluid.tenantId,
    LATCHKEY_FLUID_PRIMARY_KEY: fluid.primaryKey,
    LATCHKEY_FLUID_SECONDARY_KEY: fluid.secondaryKey,
    LATCHKEY_SIGNING_KEYS: `emulator-1:${deriveKey(api.functionKey, 'signing')}`,
    LATCHKEY_REFRESH_KEYS: `emulator-1:${deriveKey(api.functionKey, 'refresh')}`,
    LATCHKEY_API_KEY: api.functionKey,
    LATCHKEY_ALLOWED_ORIGINS: demo.url,
    LATCHKEY_PUBLIC_URL: demo.url,
  }
}

function policyOf(authority: string): string {
  return authority.slice(authority.lastIndexOf('/') + 1)
}

// 52 bytes after the head, as every local key has.
function deriveKey(secret: string, purpose: string): string {
  const bytes = createHmac('sha512', secret).update(`latchkey local ${purpose} key`).digest().subarray(0, 52)
  return localKeyHead + bytes.toString('base64')
}
