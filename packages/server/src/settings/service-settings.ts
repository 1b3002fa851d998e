/**
 * The services behind the server, from the environment.
 */

import { isLocalUrl, parseConnectionString, Secret } from '@latchkey/common'
import type { EnvironmentReader } from './environment.ts'
import type { CommunicationSettings, CosmosSettings, FluidSettings } from './settings.ts'

/** Reads where the data is. */
export function readCosmos(read: EnvironmentReader): CosmosSettings {
  const endpoint = read.url('LATCHKEY_COSMOS_ENDPOINT', 'service')
  const key = read.secret('LATCHKEY_COSMOS_KEY')
  read.refuseLocalKeysBeside('LATCHKEY_COSMOS_KEY', 'LATCHKEY_COSMOS_ENDPOINT', endpoint)
  return {
    endpoint,
    key,
    database: read.optional('LATCHKEY_COSMOS_DATABASE') ?? 'latchkey',
    systemDatabase: read.optional('LATCHKEY_COSMOS_SYSTEM_DATABASE') ?? 'latchkey-system',
  }
}

/** Reads where chat is, if anywhere. */
export function readCommunication(read: EnvironmentReader): CommunicationSettings | undefined {
  const name = 'LATCHKEY_COMMUNICATION_CONNECTION_STRING'
  const connectionString = read.optional(name)
  if (connectionString === undefined) {
    const endpoint = read.optionalUrl('LATCHKEY_COMMUNICATION_ENDPOINT', 'service')
    return endpoint === undefined ? undefined : { endpoint }
  }
  try {
    const { endpoint } = parseConnectionString(connectionString)
    if (!read.isDevelopment && isLocalUrl(endpoint))
      read.refuse(name, 'points at this machine, or is a key of local Azure')
    read.noteService(name, endpoint)
  } catch {
    read.refuse(name, 'must be endpoint=https://…;accesskey=… of one real resource, or of local Azure')
  }
  return { connectionString: new Secret(connectionString) }
}

/** Reads where live documents are, if anywhere. */
export function readFluid(read: EnvironmentReader): FluidSettings | undefined {
  const endpoint = read.optionalUrl('LATCHKEY_FLUID_ENDPOINT', 'service')
  if (endpoint === undefined) return undefined
  for (const name of ['LATCHKEY_FLUID_PRIMARY_KEY', 'LATCHKEY_FLUID_SECONDARY_KEY'])
    read.refuseLocalKeysBeside(name, 'LATCHKEY_FLUID_ENDPOINT', endpoint)
  const primaryKey = read.optionalKey('LATCHKEY_FLUID_PRIMARY_KEY')
  const secondaryKey = read.optionalKey('LATCHKEY_FLUID_SECONDARY_KEY')
  return {
    endpoint,
    tenantId: read.required('LATCHKEY_FLUID_TENANT_ID'),
    primaryKey: primaryKey ?? read.secret('LATCHKEY_FLUID_PRIMARY_KEY'),
    ...(secondaryKey && { secondaryKey }),
  }
}
