/**
 * What a server is configured with: one typed value, made once by `parseSettings` or by hand.
 */

import type { Secret } from '@latchkey/common'
import type { NamedKey } from '../sessions/key-ring.ts'

/** How the server proves itself to the identity provider. */
export type ClientCredential =
  | { readonly kind: 'none' }
  | { readonly kind: 'secret'; readonly secret: Secret }
  | { readonly kind: 'certificate'; readonly pem: Secret }

/** Where people prove who they are. */
export interface ProviderSettings {
  readonly kind: 'b2c' | 'external-id' | 'openid-connect'
  /** The address of the discovery document; for B2C, that of the sign-in policy. */
  readonly metadataUrl: string
  /** B2C only: the discovery document of the policy that takes an e-mail and a password. */
  readonly ropcMetadataUrl?: string
  /** B2C only: the discovery document of the policy by which people who forgot their password set a new one. */
  readonly resetMetadataUrl?: string
  readonly clientId: string
  readonly credential: ClientCredential
  /** B2C only: the policies whose tokens count. Default: those of the two addresses. */
  readonly policies: readonly string[]
}

/** The directory behind the identity provider. */
export interface GraphSettings {
  /** For example `https://graph.microsoft.com/v1.0`. */
  readonly endpoint: string
  readonly tokenEndpoint: string
  readonly tenantId: string
  /** The directory's own domain, for example `contoso.onmicrosoft.com`: the issuer of local e-mail accounts. */
  readonly domain?: string
  /** Absent, with no secret either: the machine's system-assigned managed identity. */
  readonly clientId?: string
  /** Absent: a managed identity of the machine. */
  readonly clientSecret?: Secret
}

export interface CosmosSettings {
  readonly endpoint: string
  readonly key: Secret
  /** The app's data. Default `latchkey`. */
  readonly database: string
  /** Ours. Default `latchkey-system`. */
  readonly systemDatabase: string
}

export type CommunicationSettings =
  | { readonly connectionString: Secret; readonly endpoint?: undefined }
  | { readonly endpoint: string; readonly connectionString?: undefined }

export interface FluidSettings {
  readonly endpoint: string
  readonly tenantId: string
  readonly primaryKey: Secret
  readonly secondaryKey?: Secret
}

/** The surface under `/api`. */
export interface ApiSettings {
  /** Without a `key` only where a Functions host checks keys. */
  readonly enabled: boolean
  /** `upstream` hands out the provider's own tokens for a password, as the seed documents of B2C. */
  readonly tokens: 'own' | 'upstream'
  /** Checked here only where no Functions host checks keys. */
  readonly key?: Secret
  readonly allowSecretsInQuery: boolean
}

/** Everything a server needs to know. */
export interface LatchkeySettings {
  /** `development` allows local keys, loopback addresses and plain http. */
  readonly environment: 'development' | 'production'
  readonly provider: ProviderSettings
  /** Absent: accounts are kept in Cosmos DB, for a provider without a directory. */
  readonly graph?: GraphSettings
  /** Highest first. */
  readonly roles: readonly string[]
  readonly cosmos: CosmosSettings
  readonly communication?: CommunicationSettings
  readonly fluid?: FluidSettings
  readonly signingKeys: readonly NamedKey[]
  readonly refreshKeys: readonly NamedKey[]
  /** Default 900, 60 to 3,600. */
  readonly accessTokenSeconds: number
  /** Default 3,600, 600 to 86,400. */
  readonly resourceTokenSeconds: number
  /** How long an event stays on record. Default 400, 1 to 3,650. */
  readonly auditDays: number
  readonly api: ApiSettings
  /** Exact origins of pages that may call `/v1` from another origin. */
  readonly allowedOrigins: readonly string[]
  /** Addresses or CIDR ranges whose X-Forwarded-For is believed, or the word `platform`. */
  readonly trustedProxies: readonly string[]
  /** Where clients reach this server: the base of the callback and, with `/v1` behind it, the issuer of our tokens. */
  readonly publicUrl: string
}
