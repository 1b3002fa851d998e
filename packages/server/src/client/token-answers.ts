/**
 * The server's answers as the page receives them, with dates for instants.
 */

/** The signed-in person. */
export interface Me {
  readonly id: string
  /** The name shown to others. */
  readonly displayName: string
  readonly role: string
  /** The person's row of the app's `User` container; `null` without one. */
  readonly profile: Readonly<Record<string, unknown>> | null
}

/** A token for chat and calling. */
export interface CommunicationToken {
  readonly token: string
  readonly expiresOn: Date
  /** The person's Communication user, for example `8:acs:…`. */
  readonly userId: string
  readonly endpoint: string
}

/** A token for one live document, or for creating one. */
export interface FluidToken {
  readonly token: string
  readonly expiresOn: Date
  readonly tenantId: string
  readonly endpoint: string
  readonly user: { readonly id: string; readonly name: string }
}

/** A token for one partition of one container. */
export interface CosmosPermission {
  readonly container: string
  readonly mode: 'Read' | 'All'
  readonly partitionKey: readonly string[]
  readonly token: string
  readonly expiresOn: Date
}

/** Every token the person's role and id give them in Cosmos DB. */
export interface CosmosTokens {
  readonly endpoint: string
  readonly database: string
  /** When the first of them expires. */
  readonly expiresOn: Date
  readonly permissions: readonly CosmosPermission[]
}
