/**
 * Tokens that are wrong in one way each, all but the forged ones signed with the right key.
 */

import { createHmac } from 'node:crypto'
import { documentId, primary, rightClaims, secondary, signRaw, tenantId, user } from './fixtures.ts'

/** A token with one thing wrong. */
export interface Mutant {
  readonly name: string
  readonly token: string
  /** Why ours refuses it. */
  readonly reason: string
  /** Fluid's own verifier lets it pass. */
  readonly fluidAccepts?: true
}

/** Every mutant, of tokens issued at `now` (in seconds). */
export function makeMutants(now: number): readonly Mutant[] {
  const right = rightClaims(now)
  const token = signRaw(right)
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = (name: string, change: object, reason: string, fluidAccepts?: true): Mutant => ({
    ...{ name, reason, token: signRaw({ ...right, ...change }) },
    ...(fluidAccepts && { fluidAccepts }),
  })
  const without = (claim: string, reason: string, fluidAccepts?: true): Mutant =>
    claims(`no ${claim}`, { [claim]: undefined }, reason, fluidAccepts)
  const text = (name: string, mutated: string, fluidAccepts?: true): Mutant => ({
    ...{ name, token: mutated, reason: 'malformed' },
    ...(fluidAccepts && { fluidAccepts }),
  })
  const head = (name: string, change: object | string, fluidAccepts?: true): Mutant => ({
    name,
    token: signRaw(right, {
      header: typeof change === 'string' ? change : { alg: 'HS256', typ: 'JWT', ...change },
    }),
    reason: 'header',
    ...(fluidAccepts && { fluidAccepts }),
  })
  const json = JSON.stringify(right)
  const last = signature.at(-1) ?? ''
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const sibling = alphabet[alphabet.indexOf(last) + 1] ?? ''

  return [
    // The spelling of the token.
    text('empty', ''),
    text('one segment', header),
    text('two segments', `${header}.${payload}`),
    text('four segments', `${token}.`),
    text('no signature', `${header}.${payload}.`),
    text('leading space', ` ${token}`),
    text('trailing line break', `${token}\n`),
    text('padding', `${token}=`),
    text('standard base64', `${header}.${payload}.+${signature.slice(1)}`),
    text('stray last bits in the signature', `${header}.${payload}.${signature.slice(0, -1)}${sibling}`),
    text('short signature', `${header}.${payload}.${signature.slice(0, -1)}`),
    text('signature twice', `${header}.${payload}.${signature}${signature}`),
    text('no payload', `${header}..${signature}`),
    { name: '8,193 characters', token: token + 'A'.repeat(8193 - token.length), reason: 'too_large' },
    text('a member named twice', signRaw(json.replace('"ver"', '"exp":9999999999,"ver"'))),
    text(
      'invalid UTF-8',
      rawPayload(
        Buffer.concat([
          Buffer.from(json.slice(0, -1)),
          Buffer.from([0x2c, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
        ]),
      ),
      true,
    ),
    { name: 'byte order mark', token: signRaw(`\ufeff${json}`), reason: 'signature' },
    { name: 'array as payload', token: signRaw('[]'), reason: 'signature' },
    { name: 'text as payload', token: signRaw('"x"'), reason: 'signature' },
    { name: 'null as payload', token: signRaw('null'), reason: 'signature' },

    // The header.
    head('alg none', { alg: 'none' }),
    head('alg nOnE', { alg: 'nOnE' }),
    head('alg lower case', { alg: 'hs256' }),
    head('alg RS256', { alg: 'RS256' }),
    { name: 'no alg', token: signRaw(right, { header: { typ: 'JWT' } }), reason: 'header' },
    {
      name: 'alg none, unsigned',
      token: `${seg({ alg: 'none', typ: 'JWT' })}.${payload}.`,
      reason: 'malformed',
    },
    {
      name: 'HS384',
      token: signRaw(right, { header: { alg: 'HS384', typ: 'JWT' }, hash: 'sha384' }),
      reason: 'malformed',
      fluidAccepts: true,
    },
    {
      name: 'HS512',
      token: signRaw(right, { header: { alg: 'HS512', typ: 'JWT' }, hash: 'sha512' }),
      reason: 'malformed',
      fluidAccepts: true,
    },
    {
      name: 'HS256 named HS512',
      token: signRaw(right, { header: { alg: 'HS512', typ: 'JWT' } }),
      reason: 'header',
    },
    head('typ at+jwt', { typ: 'at+jwt' }, true),
    head('no typ', { typ: undefined }, true),
    head('crit', { crit: ['exp'] }, true),
    head('b64 false', { b64: false }, true),
    head('zip', { zip: 'DEF' }, true),
    head('jku', { jku: 'http://127.0.0.1/keys' }, true),
    head('jwk', { jwk: { kty: 'oct', k: 'AAAA' } }, true),
    head('x5u', { x5u: 'http://127.0.0.1/cert' }, true),
    {
      name: 'alg twice',
      token: signRaw(right, { header: '{"alg":"none","typ":"JWT","alg":"HS256"}' }),
      reason: 'malformed',
      fluidAccepts: true,
    },

    // Who signed it.
    {
      name: 'other key',
      token: signRaw(right, { key: 'ffeeddccbbaa99887766554433221100' }),
      reason: 'signature',
    },
    {
      name: 'key as hex bytes',
      token: signRaw(right, { key: Buffer.from(primary, 'hex') }),
      reason: 'signature',
    },
    {
      name: 'key as base64 bytes',
      token: signRaw(right, { key: Buffer.from(primary, 'base64') }),
      reason: 'signature',
    },
    { name: 'empty key', token: signRaw(right, { key: '' }), reason: 'signature' },
    { name: 'the document as key', token: signRaw(right, { key: documentId }), reason: 'signature' },
    {
      name: 'claims exchanged',
      token: `${header}.${seg({ ...right, user: { ...user, id: 'eve' } })}.${signature}`,
      reason: 'signature',
    },
    {
      name: 'expired and forged',
      token: signRaw({ ...right, exp: now - 1 }, { key: secondary }),
      reason: 'signature',
    },

    // The time.
    without('iat', 'lifetime'),
    without('exp', 'lifetime'),
    claims('exp null', { exp: null }, 'lifetime'),
    claims('exp as text', { exp: String(now + 60) }, 'lifetime'),
    claims('exp not a number', { exp: 'abc' }, 'lifetime'),
    claims('exp in a list', { exp: [now + 60] }, 'lifetime'),
    claims('exp true', { exp: true }, 'lifetime'),
    claims('exp a fraction', { exp: now + 60.5 }, 'lifetime', true),
    claims('exp negative', { exp: -1 }, 'lifetime'),
    { name: 'exp endless', token: signRaw(json.replace(/"exp":\d+/, '"exp":1e999')), reason: 'lifetime' },
    claims('exp huge', { iat: 2 ** 53, exp: 2 ** 53 + 2 }, 'lifetime', true),
    claims('iat as text', { iat: String(now) }, 'lifetime', true),
    claims('iat true', { iat: true }, 'lifetime'),
    claims('iat zero', { iat: 0 }, 'lifetime'),
    claims('iat a fraction', { iat: now - 0.5, exp: now + 60 }, 'lifetime', true),
    claims('an hour and a second', { exp: now + 3601 }, 'lifetime'),
    claims('an hour, backdated', { iat: now - 60, exp: now + 3600 }, 'lifetime'),
    claims('exp equal to iat, as in the documented sample', { exp: now }, 'lifetime'),
    claims('exp before iat', { iat: now + 100, exp: now + 60 }, 'lifetime', true),
    claims('expired', { iat: now - 3600, exp: now - 1 }, 'expired'),
    claims('iat two minutes ahead', { iat: now + 120, exp: now + 3000 }, 'not_yet_valid', true),
    claims('iat a year ahead', { iat: now + 31_536_000, exp: now + 31_539_600 }, 'not_yet_valid', true),
    claims('nbf ahead', { nbf: now + 120 }, 'not_yet_valid'),
    claims('nbf as text', { nbf: 'abc' }, 'not_yet_valid'),

    // What it opens.
    without('ver', 'version', true),
    claims('ver 2.0', { ver: '2.0' }, 'version', true),
    claims('ver as number', { ver: 1 }, 'version', true),
    without('tenantId', 'tenant'),
    claims('other tenant', { tenantId: 'other' }, 'tenant'),
    claims('tenant in a list', { tenantId: [tenantId] }, 'tenant'),
    without('documentId', 'document'),
    claims('other document', { documentId: 'other' }, 'document'),
    claims('token for creation', { documentId: '' }, 'document'),
    claims('document in a list', { documentId: [documentId] }, 'document'),
    without('scopes', 'scopes'),
    claims('scope instead of scopes', { scopes: undefined, scope: ['doc:read'] }, 'scopes'),
    claims('no scope in scopes', { scopes: [] }, 'scopes'),
    claims('scopes as one string', { scopes: 'doc:read doc:write' }, 'scopes', true),
    claims('scopes as a string that holds one', { scopes: 'nodoc:readX' }, 'scopes', true),
    claims('scopes as an object', { scopes: { 0: 'doc:read' } }, 'scopes'),
    claims('an unknown scope', { scopes: ['doc:read', 'doc:admin'] }, 'scopes', true),
    claims('a scope in a list in the list', { scopes: ['doc:read', ['doc:write']] }, 'scopes', true),
    claims('not the scope that is asked for', { scopes: ['doc:write'] }, 'scopes'),
    claims('keyless', { isKeylessAccessToken: true }, 'keyless', true),

    // Whom it speaks for.
    without('user', 'user', true),
    claims('user null', { user: null }, 'user', true),
    claims('user a text', { user: 'ann' }, 'user', true),
    claims('user without name', { user: { id: 'ann' } }, 'user', true),
    claims('user with displayName', { user: { id: 'ann', displayName: 'Ann' } }, 'user', true),
    claims('user with blank name', { user: { id: 'ann', name: ' ' } }, 'user', true),
    {
      name: 'prototype key in the details',
      token: signRaw(json.replace('"email"', '"__proto__":{"admin":true},"email"')),
      reason: 'malformed',
      fluidAccepts: true,
    },
    claims('user without id', { user: { name: 'Ann' } }, 'user', true),
    claims('user with numeric id', { user: { id: 7, name: 'Ann' } }, 'user', true),
    without('jti', 'token_id', true),
    claims('empty jti', { jti: '' }, 'token_id', true),
    claims('numeric jti', { jti: 7 }, 'token_id', true),
  ]
}

function seg(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function rawPayload(bytes: Buffer): string {
  // signRaw encodes texts as UTF-8, which these bytes are not.
  const marker = signRaw('{}')
  const head = marker.split('.')[0] ?? ''
  return signInput(`${head}.${bytes.toString('base64url')}`)
}

function signInput(input: string): string {
  return `${input}.${createHmac('sha256', primary).update(input).digest('base64url')}`
}
