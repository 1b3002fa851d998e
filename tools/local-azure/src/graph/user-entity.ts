/**
 * A person as Graph shows one, and as a client writes one.
 */

import { weaknessOf } from '../entra/authorize/self-service.ts'
import type { Account, AccountChange, Identity, NewAccount } from '../entra/directory/account.ts'
import type { Directory } from '../entra/directory/directory.ts'
import { userType } from './entity-type.ts'
import { badRequest } from './errors.ts'
import type { Entity } from './filter.ts'
import { selectFrom } from './query-options.ts'

/** What is shown without `$select`. */
export const standardUserProperties: readonly string[] = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
  'id',
]

// Kept as they are written.
const plain = new Set([
  ...[
    'ageGroup',
    'businessPhones',
    'city',
    'companyName',
    'consentProvidedForMinor',
    'country',
    'department',
  ],
  ...[
    'employeeId',
    'givenName',
    'jobTitle',
    'mail',
    'mailNickname',
    'mobilePhone',
    'officeLocation',
    'otherMails',
  ],
  ...[
    'passwordPolicies',
    'postalCode',
    'preferredLanguage',
    'state',
    'streetAddress',
    'surname',
    'usageLocation',
  ],
])

/** The person with every property Graph has. */
export function describeUser(account: Account, { domain }: Directory): Entity {
  const {
    createdAtMs,
    displayName,
    enabled,
    identities,
    objectId,
    passwordChangedAtMs,
    properties,
    userPrincipalName,
    validFromMs,
  } = account
  const nothing = Object.fromEntries([...plain].map((name) => [name, null]))
  const principal = { signInType: 'userPrincipalName', issuer: domain, issuerAssignedId: userPrincipalName }
  return {
    ...nothing,
    businessPhones: [],
    otherMails: [],
    ...properties,
    id: objectId,
    displayName,
    userPrincipalName,
    accountEnabled: enabled,
    createdDateTime: instant(createdAtMs),
    creationType: identities.length > 0 ? 'LocalAccount' : null,
    identities: [...identities, principal],
    lastPasswordChangeDateTime: passwordChangedAtMs === null ? null : instant(passwordChangedAtMs),
    signInSessionsValidFromDateTime: instant(validFromMs),
    userType: 'Member',
  }
}

/** The person with the selected properties only. */
export function selectUser(entity: Entity, select: readonly string[] | undefined): Entity {
  return selectFrom(entity, userType, select, standardUserProperties)
}

/** Reads the body of `POST /users`. @throws GraphError 400 */
export function parseNewUser(body: Readonly<Record<string, unknown>>, directory: Directory): NewAccount {
  const { accountEnabled, displayName, userPrincipalName } = body
  const change = parseUserChange(body, directory)
  if (typeof accountEnabled !== 'boolean') throw required('accountEnabled')
  if (typeof displayName !== 'string') throw required('displayName')
  const identities = change.identities ?? []
  if (identities.length === 0 && typeof userPrincipalName !== 'string') throw required('userPrincipalName')
  if (change.password === undefined) throw required('passwordProfile')
  return {
    displayName,
    enabled: accountEnabled,
    identities,
    password: change.password,
    properties: change.properties ?? {},
    ...(typeof userPrincipalName === 'string' ? { userPrincipalName } : {}),
  }
}

/** Reads the body of `PATCH /users/{id}`. @throws GraphError 400 */
export function parseUserChange(
  body: Readonly<Record<string, unknown>>,
  directory: Directory,
  properties: Readonly<Record<string, unknown>> = {},
): AccountChange {
  const { accountEnabled, displayName, identities, passwordProfile, userPrincipalName, ...others } = body
  for (const name of Object.keys(others)) {
    if (!plain.has(name) && !name.startsWith('extension_')) {
      throw badRequest(
        `One or more property values specified are invalid. Property '${name}' does not exist.`,
      )
    }
  }
  const kept = { ...properties, ...others }
  return {
    properties: kept,
    ...(accountEnabled === undefined ? {} : { enabled: parseFlag(accountEnabled) }),
    ...(displayName === undefined ? {} : { displayName: parseText(displayName, 'displayName', 256) }),
    ...(userPrincipalName === undefined
      ? {}
      : { userPrincipalName: parseText(userPrincipalName, 'userPrincipalName', 113) }),
    ...(identities === undefined ? {} : { identities: parseIdentities(identities, directory) }),
    ...(passwordProfile === undefined ? {} : { password: parsePassword(passwordProfile, kept) }),
  }
}

function parseFlag(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw badRequest("Cannot convert a value to target type 'Edm.Boolean' for property 'accountEnabled'.")
}

function parseText(value: unknown, name: string, longest: number): string {
  if (typeof value === 'string' && value !== '' && value.length <= longest) return value
  throw badRequest(`Invalid value specified for property '${name}' of resource 'User'.`)
}

function parseIdentities(value: unknown, { domain }: Directory): readonly Identity[] {
  if (!Array.isArray(value))
    throw badRequest("Invalid value specified for property 'identities' of resource 'User'.")
  return value.flatMap((item: unknown) => {
    const identity = typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : {}
    const { issuer, issuerAssignedId, signInType } = identity
    const isText = [issuer, issuerAssignedId, signInType].every(
      (field) => typeof field === 'string' && field !== '',
    )
    if (!isText) throw badRequest("Invalid value specified for property 'identities' of resource 'User'.")
    // The principal name is shown among the identities and written elsewhere.
    if (signInType === 'userPrincipalName') return []
    if (signInType !== 'federated' && issuer !== domain) {
      throw badRequest("Invalid value specified for property 'issuer' of resource 'User'.")
    }
    return [
      { signInType: String(signInType), issuer: String(issuer), issuerAssignedId: String(issuerAssignedId) },
    ]
  })
}

function parsePassword(value: unknown, { passwordPolicies }: Readonly<Record<string, unknown>>): string {
  const profile = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const password = profile['password']
  if (typeof password !== 'string') throw required('password')
  const isLax = typeof passwordPolicies === 'string' && passwordPolicies.includes('DisableStrongPassword')
  if (isLax ? password.length > 0 && password.length <= 256 : weaknessOf(password) === undefined)
    return password
  throw badRequest(
    'The specified password does not comply with password complexity requirements. Please provide a different password.',
    [{ target: 'password', code: 'InvalidPassword' }],
  )
}

function required(name: string): Error {
  const message = `A value is required for property '${name}' of resource 'User'.`
  return badRequest(message, [{ target: name, code: 'PropertyRequired' }])
}

function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
