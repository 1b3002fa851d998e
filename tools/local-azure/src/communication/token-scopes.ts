/**
 * What an access token opens.
 */

import { invalid } from './errors.ts'

/** A scope of an access token, as a client asks for it. */
export type TokenScope = 'chat' | 'voip' | 'chat.join' | 'chat.join.limited' | 'voip.join'

/** Every scope there is. */
export const tokenScopes: readonly TokenScope[] = [
  'chat',
  'voip',
  'chat.join',
  'chat.join.limited',
  'voip.join',
]

/** Reads the list of scopes in the body member `member`. */
export function parseTokenScopes(value: unknown, member: string): readonly TokenScope[] {
  const missing = 'Invalid scopes - Scopes field is required.'
  if (value === undefined || value === null) throw invalid(missing, member)
  if (!Array.isArray(value)) throw invalid('Invalid scopes - Scopes must be a list.', member)
  if (value.length === 0) throw invalid(missing, member)
  const scopes = new Set<TokenScope>()
  for (const entry of value) {
    const scope = tokenScopes.find((known) => known === entry)
    if (!scope) throw invalid(`Invalid scopes - Scopes may only contain ${tokenScopes.join(', ')}.`, member)
    scopes.add(scope)
  }
  return [...scopes]
}
