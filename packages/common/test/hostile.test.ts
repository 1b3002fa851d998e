/**
 * Every parser against input that means harm: an answer or a coded error, never the secret in the text. How soon is
 * measured in tools/bench; anything quadratic would not end before the time limit here.
 */

import {
  AzureCommunicationTokenCredential,
  createHeaderSigner,
  createIdentifierFromRawId,
  decodeBase64,
  decodeBase64Url,
  deserializeCommunicationIdentifier,
  formatRawId,
  isLoopbackUrl,
  LatchkeyError,
  parseClientArguments,
  parseCompactJws,
  parseConnectionString,
  parseRawId,
  parseWireIdentifier,
  verifySignedRequest,
} from '@latchkey/common'
import { expect, test } from 'vitest'

const canary = 'bmV2ZXItdG8tYmUtcHJpbnRlZA=='
const million = 1_000_000

const texts: Record<string, string> = {
  'a megabyte of one letter': 'a'.repeat(million),
  'a megabyte of colons': ':'.repeat(million),
  'a megabyte of underscores': `8:acs:${'_'.repeat(million)}`,
  'a phone number of underscores': `4:${'_'.repeat(million)}`,
  'a megabyte of semicolons': ';'.repeat(million),
  'a megabyte of equal signs': '='.repeat(million),
  'a megabyte of slashes': `https://r.example/${'/'.repeat(million)}`,
  'a megabyte of spaces': ' '.repeat(million),
  'endpoint= over and over': 'endpoint='.repeat(million / 10),
  'endpoint=;accesskey over and over': 'endpoint=;accesskey'.repeat(million / 20),
  'a megabyte of base64': `${'A'.repeat(million)}=`,
  'a megabyte of dots': '.'.repeat(million),
  'deep JSON in a token': `e30.${Buffer.from('['.repeat(5_000)).toString('base64url')}.x`,
  'quotes in a token': `e30.${Buffer.from('"\\'.repeat(2_500)).toString('base64url')}.x`,
  'control characters': Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join(''),
  'a lone high surrogate': '8:acs:\ud800_a',
  'a lone low surrogate': '4:\udc00',
  'the text __proto__': '__proto__',
  'a path of __proto__': '8:__proto__:constructor',
  'a field __proto__': `__proto__=x;endpoint=https://r.example;accesskey=${canary}`,
  'a bidirectional override': '\u202e4:+1',
  'a null character': `endpoint=https://r.example\0;accesskey=${canary}`,
  'a line break': `endpoint=https://r.example\r\nx: y;accesskey=${canary}`,
  nothing: '',
}

const headers = (value: string): { get(name: string): string } => ({
  get: (name) => (name === 'authorization' ? `HMAC-SHA256 ${value}` : value),
})
const receive = async (value: string): Promise<unknown> =>
  verifySignedRequest(
    { method: 'GET', target: value, headers: headers(value), body: new Uint8Array() },
    { keys: [canary] },
  )

const parsers: Record<string, (text: string) => unknown> = {
  parseRawId: (text) => expect(formatRawId(parseRawId(text))).toBe(text),
  createIdentifierFromRawId,
  'parseWireIdentifier, text': parseWireIdentifier,
  'parseWireIdentifier, raw id': (text) => parseWireIdentifier({ rawId: text }),
  'parseWireIdentifier, JSON': (text) =>
    parseWireIdentifier(JSON.parse(`{"__proto__":{"rawId":${JSON.stringify(text)}}}`)),
  'parseWireIdentifier, member': (text) =>
    parseWireIdentifier({ microsoftTeamsUser: { userId: text, cloud: text } }),
  'deserializeCommunicationIdentifier, raw id': (text) => deserializeCommunicationIdentifier({ rawId: text }),
  'deserializeCommunicationIdentifier, member': (text) =>
    deserializeCommunicationIdentifier({ communicationUser: text as never }),
  parseConnectionString,
  'parseConnectionString, key': (text) =>
    parseConnectionString(`endpoint=https://r.example;accesskey=${canary}${text}`),
  'parseClientArguments, text': (text) => parseClientArguments(text),
  'parseClientArguments, url': (text) => parseClientArguments(text, { key: canary }),
  parseCompactJws,
  decodeBase64,
  decodeBase64Url,
  isLoopbackUrl,
  createHeaderSigner,
  'AzureCommunicationTokenCredential, text': (text) => new AzureCommunicationTokenCredential(text),
  'AzureCommunicationTokenCredential, claims': (text) =>
    new AzureCommunicationTokenCredential(`e30.${Buffer.from(text.slice(0, 1_000)).toString('base64url')}.x`),
  verifySignedRequest: receive,
}

test.for(Object.keys(parsers))('%s', async (name) => {
  const parse = parsers[name]!
  for (const [what, text] of Object.entries(texts)) {
    try {
      await parse(text)
    } catch (error) {
      expect(error, what).toBeInstanceOf(LatchkeyError)
      const { details, message, stack } = error as LatchkeyError
      expect(`${message}${stack}${JSON.stringify(details)}`, what).not.toContain(canary)
      expect(message.length, what).toBeLessThan(500)
    }
    expect(({} as Record<string, unknown>)['rawId'], what).toBeUndefined()
  }
})
