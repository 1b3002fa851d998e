/** Names as issuers send them, and whether a Fluid token, the strictest reader of names, can be made for the person. */

import { createFluidTokenSigner } from '@latchkey/fluid'
import { test } from '@latchkey/local-azure/testing'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { readDirectoryIdentity, readSubjectIdentity } from '../src/identity-providers/claims.ts'
import { fluidTokens } from '../src/tokens/fluid.ts'
import { createLocalServer } from './support/local-server.ts'

const signer = createFluidTokenSigner({
  tenantId: 'tenant',
  keys: { primary: '9f8e7d6c5b4a39281706f5e4d3c2b1a0' },
})
const oid = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'
const nameOf = (claims: Record<string, string | boolean>): string =>
  readSubjectIdentity({ sub: 's', ...claims }, 'https://issuer.example').name

describe('the name of a person', () => {
  test.for<[string, Record<string, string | boolean>, string]>([
    ['is the claim', { name: 'Ann', given_name: 'A' }, 'Ann'],
    ['is the given name where the name is empty', { name: ' ', given_name: 'A' }, 'A'],
    ['is the given name where nothing is seen of the name', { name: '\u200B\u200D', given_name: 'A' }, 'A'],
    ['is no Hangul filler', { name: '\u3164', given_name: '\u2800' }, 'Someone'],
    ['is of the address', { name: '\u200B', email: 'bo@corp.example', email_verified: true }, 'bo'],
    ['is nothing of an address without a name', { email: '@corp.example', email_verified: true }, 'Someone'],
    ['is cut after 128 characters', { name: 'a'.repeat(200) }, 'a'.repeat(128)],
    ['is not cut inside a character', { name: `${'a'.repeat(127)}😀😀` }, `${'a'.repeat(127)}😀`],
    ['is cut by characters', { name: '😀'.repeat(200) }, '😀'.repeat(128)],
    ['is well-formed', { name: '\uD800x' }, '\uFFFDx'],
    ['is looked for in what is left of it', { name: `${'\u200B'.repeat(128)}Ann`, given_name: 'A' }, 'A'],
  ])('%s', ([, claims, expected]) => {
    expect(nameOf(claims)).toBe(expected)
  })

  test('whatever the issuer sends, a Fluid token can be made for it', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.nat(0xffff).map((code) => String.fromCharCode(code)),
      fc.constantFrom('\u200B', '\u3164', '\uD83D', '\u2800', ' ', '😀'),
    )
    const text = fc.array(unit, { maxLength: 300 }).map((units) => units.join(''))
    fc.assert(
      fc.property(text, text, text, (name, given, local) => {
        const claims = { oid, sub: 's', name, given_name: given, email: `${local}@corp.example` }
        for (const read of [readDirectoryIdentity, readSubjectIdentity]) {
          const person = read({ ...claims, email_verified: true }, 'https://issuer.example')
          const user = { id: person.id, name: person.name }
          expect(() => signer.sign({ documentId: 'd', scopes: ['doc:read'], user })).not.toThrow()
        }
      }),
    )
  })

  test('that a directory shows is read in the same way', async ({ localAzure }) => {
    const server = createLocalServer(localAzure, {
      ports: { tokenServices: [fluidTokens({ mayOpen: () => 'write' })] },
    })
    const credentials = { email: 'unseen@contoso.example', password: 'Front-Door-4297' }
    await server.latchkey.parts.accounts.create({ ...credentials, displayName: '\u3164' })
    const session = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...credentials } })
    expect(session.status).toBe(201)
    const bearer = String(session.json['accessToken'])
    expect(await server.call('POST', '/v1/tokens/fluid', { bearer, body: {} })).toMatchObject({
      status: 200,
      json: { user: { name: expect.stringMatching(/^\w+$/) } },
    })
  })
})
