/**
 * Sessions without a server: a store in memory, a clock that is moved, an account that is changed.
 */

import { Secret } from '@latchkey/common'
import { systemRandom } from '../../src/random.ts'
import { createAccessTokens } from '../../src/sessions/access-token.ts'
import { createKeyRing, type NamedKey } from '../../src/sessions/key-ring.ts'
import { type AccountState, defaultSessionRules } from '../../src/sessions/session.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { createSessions, type Sessions } from '../../src/sessions/sessions.ts'
import { createSigningKeys } from '../../src/sessions/signing-keys.ts'
import { createMemorySessionStore } from '../../src/stores/memory/sessions.ts'

export const keyOf = (kid: string, byte: number): NamedKey => ({
  kid,
  secret: new Secret<Uint8Array>(
    Uint8Array.from({ length: 32 }, (_none, index) => (byte * 37 + index * 91) % 256),
  ),
})

export const person = { id: 'p-1', subject: { issuer: 'https://idp.test', subject: 's-1' }, name: 'Ann' }

export interface World {
  readonly sessions: Sessions
  readonly store: SessionStore
  advance(seconds: number): void
  account: AccountState | undefined
}

export function createWorld(
  options: { keys?: readonly NamedKey[]; store?: SessionStore; clientId?: string } = {},
): World {
  const { keys = [keyOf('k1', 1)], store = createMemorySessionStore(), clientId = 'client' } = options
  let nowMs = 1_767_225_600_000
  const clock = { now: () => nowMs, schedule: () => () => undefined }
  const world: World = {
    store,
    account: { role: 'new' },
    advance: (seconds) => {
      nowMs += seconds * 1000
    },
    sessions: createSessions({
      store,
      ring: createKeyRing(keys, 'refresh token'),
      browserRing: createKeyRing(keys, 'browser session'),
      accessTokens: createAccessTokens({
        keys: createSigningKeys(keys),
        issuer: 'https://api.test',
        lifetimeSeconds: 900,
        clock,
        random: systemRandom,
      }),
      rules: defaultSessionRules,
      clock,
      random: systemRandom,
      clientId,
      checkAccount: async () => world.account,
    }),
  }
  return world
}
