/**
 * A person in a directory.
 */

/** The two directories of local Azure: the tenant of Azure AD B2C and the one of Entra External ID. */
export type DirectoryName = 'b2c' | 'external-id'

/** A name somebody signs in by. */
export interface Identity {
  readonly signInType: string
  readonly issuer: string
  readonly issuerAssignedId: string
}

/** A person who can sign in. */
export interface Account {
  readonly objectId: string
  readonly userPrincipalName: string
  readonly displayName: string
  readonly enabled: boolean
  readonly createdAtMs: number
  /** Grants older than this are revoked (`signInSessionsValidFromDateTime`). */
  readonly validFromMs: number
  /** When the password was made or changed last (`lastPasswordChangeDateTime`); null without a password. */
  readonly passwordChangedAtMs: number | null
  readonly identities: readonly Identity[]
  /** What Graph keeps besides: givenName, surname, mail, extension attributes. */
  readonly properties: Readonly<Record<string, unknown>>
}

/** The fields an account is made from. */
export interface NewAccount {
  readonly objectId?: string
  readonly userPrincipalName?: string
  readonly displayName: string
  readonly enabled: boolean
  readonly password?: string
  readonly identities: readonly Identity[]
  readonly properties: Readonly<Record<string, unknown>>
}

/** What can be changed of an account. */
export type AccountChange = Partial<
  Pick<Account, 'displayName' | 'enabled' | 'identities' | 'properties' | 'validFromMs' | 'userPrincipalName'>
> & { readonly password?: string }

/** The e-mail address somebody signs in by, or the principal name when there is none. */
export function emailOf(account: Account): string {
  const email = account.identities.find(({ signInType }) => signInType === 'emailAddress')
  const { mail } = account.properties
  return email?.issuerAssignedId ?? (typeof mail === 'string' ? mail : account.userPrincipalName)
}
