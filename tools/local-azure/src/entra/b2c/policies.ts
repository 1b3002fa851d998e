/**
 * The user flows and custom policies of the B2C tenant.
 */

import { ropcPolicy, signInPolicy } from '../../endpoints.ts'
import type { KeyOwner } from '../signing-keys.ts'

/** What a policy lets a person do. */
export type Journey = 'sign-in' | 'sign-up' | 'password-reset' | 'profile-edit' | 'password-grant'

/** A user flow or custom policy. */
export interface Policy {
  readonly name: string
  readonly kind: 'user-flow' | 'custom-policy'
  readonly journeys: readonly Journey[]
}

/** The user flow by which people who forgot their password set a new one. */
export const resetPolicy = 'B2C_1_passwordreset'

/** The policies of the tenant. */
export const policies: readonly Policy[] = [
  { name: signInPolicy, kind: 'user-flow', journeys: ['sign-in', 'sign-up'] },
  { name: ropcPolicy, kind: 'user-flow', journeys: ['password-grant'] },
  { name: resetPolicy, kind: 'user-flow', journeys: ['password-reset'] },
  { name: 'B2C_1_profileedit', kind: 'user-flow', journeys: ['profile-edit'] },
  { name: 'B2C_1A_signup_signin', kind: 'custom-policy', journeys: ['sign-in', 'sign-up'] },
  { name: 'B2C_1A_ROPC_Auth', kind: 'custom-policy', journeys: ['password-grant'] },
]

/** The policy called `name`, in whatever case. */
export function findPolicy(name: string): Policy | undefined {
  return policies.find((policy) => policy.name.toLowerCase() === name.toLowerCase())
}

/** Who signs the tokens of a policy: the policy itself. */
export function keyOwnerOf({ name }: Policy): KeyOwner {
  return `b2c_1${name.slice('b2c_1'.length).toLowerCase()}`
}

/** The policy as it stands in a token. */
export function policyClaim({ kind, name }: Policy): Readonly<Record<string, string>> {
  return kind === 'user-flow' ? { tfp: name.toLowerCase() } : { acr: name.toLowerCase() }
}

/** Whether somebody can be sent to the policy's authorize endpoint. */
export function isInteractive({ journeys }: Policy): boolean {
  return !journeys.includes('password-grant')
}
