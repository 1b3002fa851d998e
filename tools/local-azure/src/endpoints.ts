/**
 * The addresses, keys and people of a running local Azure: the contract for every client and test.
 *
 * Served as `GET /endpoints.json` on the dashboard's port and written to `.latchkey/endpoints.json`.
 */

import type { LocalKeys } from './host/local-keys.ts'
import { seedUsers } from './host/seed.ts'

/** The port each part listens on. */
export interface Ports {
  readonly dashboard: number
  readonly entra: number
  readonly entraHttps: number
  readonly communication: number
  readonly communicationHttps: number
  readonly cosmos: number
  readonly cosmosHttps: number
  readonly fluid: number
  readonly api: number
  readonly demo: number
}

/** The default first port of the block. */
export const defaultPortBase = 4280

/** The block of ports that begins at `base`. */
export function portsFrom(base: number): Ports {
  return {
    dashboard: base,
    entra: base + 1,
    communication: base + 2,
    cosmos: base + 3,
    fluid: base + 4,
    api: base + 5,
    demo: base + 6,
    entraHttps: base + 11,
    communicationHttps: base + 12,
    cosmosHttps: base + 13,
  }
}

/** Names that are the same in every local Azure. */
export const tenantName = 'contoso'
export const externalTenantName = 'contosocustomers'
export const signInPolicy = 'B2C_1_signupsignin'
export const ropcPolicy = 'B2C_1_ropc'
export const databaseName = 'latchkey'
export const systemDatabaseName = 'latchkey-system'

/** A person who can sign in. */
export interface EndpointUser {
  readonly email: string
  readonly password: string
  readonly role: string
}

/** The contents of endpoints.json. */
export interface Endpoints {
  readonly dashboard: { readonly url: string }
  readonly entra: {
    readonly b2c: {
      readonly authority: string
      readonly metadata: string
      readonly ropcPolicy: string
      readonly ropcMetadata: string
      readonly tenantId: string
      readonly tenantName: string
      readonly clientId: string
      readonly clientSecret: string
    }
    readonly externalId: {
      readonly authority: string
      readonly metadata: string
      readonly tenantId: string
      readonly clientId: string
      readonly clientSecret: string
    }
    readonly managedIdentity: { readonly endpoint: string; readonly header: string }
  }
  readonly graph: {
    readonly endpoint: string
    readonly tokenEndpoint: string
    readonly clientId: string
    readonly clientSecret: string
  }
  readonly communication: {
    readonly endpoint: string
    readonly httpsEndpoint: string
    readonly connectionString: string
    readonly accessKey: string
  }
  readonly cosmos: {
    readonly endpoint: string
    readonly httpsEndpoint: string
    readonly key: string
    readonly database: string
    readonly systemDatabase: string
  }
  readonly fluid: {
    readonly type: 'remote'
    readonly endpoint: string
    readonly tenantId: string
    readonly primaryKey: string
    readonly secondaryKey: string
  }
  readonly api: {
    readonly baseUrl: string
    /** What the documents of the functions call `baseUrl`: the address with `/api`. */
    readonly functionsUrl: string
    readonly functionKey: string
  }
  readonly demo: { readonly url: string }
  /** The certificate authority of the https ports, in PEM. */
  readonly certificateAuthority: string
  readonly users: readonly EndpointUser[]
}

/** Puts endpoints.json together. */
export function describeEndpoints(ports: Ports, keys: LocalKeys, certificateAuthority: string): Endpoints {
  const http = (port: number): string => `http://127.0.0.1:${port}`
  const https = (port: number): string => `https://localhost:${port}`
  const b2cTenantId = keys.id('b2c-tenant')
  const externalTenantId = keys.id('external-id-tenant')
  const metadata = (policy: string): string =>
    `${http(ports.entra)}/${tenantName}.onmicrosoft.com/${policy}/v2.0/.well-known/openid-configuration`
  const communicationKey = keys.key('communication')
  return {
    dashboard: { url: http(ports.dashboard) },
    entra: {
      b2c: {
        authority: `${https(ports.entraHttps)}/${tenantName}.onmicrosoft.com/${signInPolicy}`,
        metadata: metadata(signInPolicy),
        ropcPolicy,
        ropcMetadata: metadata(ropcPolicy),
        tenantId: b2cTenantId,
        tenantName,
        clientId: keys.id('b2c-client'),
        clientSecret: keys.key('b2c-client'),
      },
      externalId: {
        authority: `${https(ports.entraHttps)}/${externalTenantId}`,
        metadata: `${http(ports.entra)}/${externalTenantName}.onmicrosoft.com/v2.0/.well-known/openid-configuration`,
        tenantId: externalTenantId,
        clientId: keys.id('external-id-client'),
        clientSecret: keys.key('external-id-client'),
      },
      managedIdentity: {
        endpoint: `${http(ports.entra)}/msi/token`,
        header: keys.key('managed-identity'),
      },
    },
    graph: {
      endpoint: `${http(ports.entra)}/graph/v1.0`,
      tokenEndpoint: `${http(ports.entra)}/${b2cTenantId}/oauth2/v2.0/token`,
      clientId: keys.id('graph-client'),
      clientSecret: keys.key('graph-client'),
    },
    communication: {
      endpoint: http(ports.communication),
      httpsEndpoint: https(ports.communicationHttps),
      connectionString: `endpoint=${https(ports.communicationHttps)}/;accesskey=${communicationKey}`,
      accessKey: communicationKey,
    },
    cosmos: {
      endpoint: http(ports.cosmos),
      httpsEndpoint: https(ports.cosmosHttps),
      key: keys.key('cosmos'),
      database: databaseName,
      systemDatabase: systemDatabaseName,
    },
    fluid: {
      type: 'remote',
      endpoint: http(ports.fluid),
      tenantId: keys.id('fluid-tenant'),
      // Read each time: these two can be regenerated while everything runs.
      get primaryKey() {
        return keys.key('fluid-primary')
      },
      get secondaryKey() {
        return keys.key('fluid-secondary')
      },
    },
    api: {
      baseUrl: http(ports.api),
      functionsUrl: `${http(ports.api)}/api`,
      functionKey: keys.urlKey('function'),
    },
    demo: { url: http(ports.demo) },
    certificateAuthority,
    users: seedUsers.map(({ email, password, role }) => ({ email, password, role })),
  }
}
