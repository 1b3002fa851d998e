import { createHash, randomBytes } from 'node:crypto'
import { localKeyHead } from '@latchkey/common'
import { describe, expect, test } from 'vitest'
import { createFluidTokenSigner, createFluidTokenVerifier } from '../src/index.ts'
import { documentId, tenantId, thrownBy } from './fixtures.ts'

const digest = (hash: string, text: string): string => createHash(hash).update(text).digest('hex')

// All of 32 bytes or more, so that length does not save us.
const weak: readonly string[] = [
  // The key of Fluid's own local tenants, and what documentation prints.
  'create-new-tenants-if-going-to-production',
  'a-string-secret-at-least-256-bits-long',
  '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
  'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DEG==pad',
  '%C*F-JaNdRgUkXp2s5v8y/B?E(G+KbPeShVmYq3t6w9z',
  'your-256-bit-secret-your-256-bit-secret',
  'this-is-a-very-long-and-safe-key-for-jwt',
  'MySuperSecretKeyThatNobodyKnows1234!',
  'My$up3r$3cr3tK3yTh4tN0b0dyKn0ws1234',
  'CHANGE_ME_CHANGE_ME_please_CHANGE_ME',
  'replace-this-with-a-random-value-0001',
  'reallyreallyreallyreallyverysafetoken',
  'I think therefore I am, said the man',
  'no-attacker-will-ever-think-of-this-one',
  'some-random-characters-go-here-please',
  '<random_string_at_least_32_characters>',
  'put the tenant key from the portal in here',
  // Repetition and runs.
  '0'.repeat(32),
  'a'.repeat(64),
  'deadbeef'.repeat(4),
  '0123456789abcdef0123456789abcdef',
  '0123456789abcdefABCDEF0123456789abcdefABCDEF',
  '12345678901234567890123456789012',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  'qwertyuiopasdfghjklzxcvbnm1234567890',
  'abcdefghijklmnopqrstuvwxyz0123456789',
  '98765432109876543210zyxwvutsrqponmlkjihg',
  // Ids are no secrets; the documented Azure Function signs with the document's.
  documentId,
  `{${documentId.toUpperCase()}}`,
  // Encodings and digests of what can be guessed.
  Buffer.from('This secret is stored base-64 encoded').toString('base64'),
  Buffer.from('not so hidden after all, is it').toString('base64url'),
  Buffer.from('correct horse battery').toString('hex'),
  digest('md5', 'password'),
  digest('md5', ''),
  digest('sha1', 'secret'),
  digest('sha256', 'test').toUpperCase(),
  digest('sha512', 'changeme'),
]

describe('refused as a key', () => {
  test.for(weak)('%s', (key) => {
    expect(Buffer.byteLength(key)).toBeGreaterThanOrEqual(32)
    for (const make of [createFluidTokenSigner, createFluidTokenVerifier]) {
      const error = thrownBy(() => make({ tenantId, keys: { primary: key } }))
      expect(error).toMatchObject({ code: 'ERR_FLUID_KEY', message: expect.not.stringContaining(key) })
    }
  })
})

describe('accepted', () => {
  const kinds: readonly [kind: string, make: () => string][] = [
    ['as the portal makes them: 32 hex characters', () => randomBytes(16).toString('hex')],
    ['64 hex characters', () => randomBytes(32).toString('hex')],
    ['base64 of 32 bytes', () => randomBytes(32).toString('base64')],
    ['base64url of 24 bytes', () => randomBytes(24).toString('base64url')],
    ['as local Azure makes them', () => localKeyHead + randomBytes(52).toString('base64')],
  ]

  test.for(kinds)('random keys, %s', ([, make]) => {
    for (let round = 0; round < 1_000; round += 1) {
      const key = make()
      expect(() => createFluidTokenSigner({ tenantId, keys: { primary: key } })).not.toThrow()
    }
  })
})
