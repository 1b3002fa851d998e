/** What a caller without types may leave out: refused with a code, not with a TypeError from inside. */

import * as common from '@latchkey/common'
import { expect, test } from 'vitest'

// The package as JavaScript sees it.
const plain = common as unknown as Readonly<Record<string, (...given: unknown[]) => unknown>>
const key = 'AAAA'

test.for<[string, unknown[], string]>([
  ['createSigningPolicy', [], 'ERR_ACCESS_KEY'],
  ['createSigningPolicy', [{}], 'ERR_ACCESS_KEY'],
  ['createCommunicationAuthPolicy', [null], 'ERR_ACCESS_KEY'],
  ['createHeaderSigner', [], 'ERR_ACCESS_KEY'],
  ['createRequestSigner', [5], 'ERR_ACCESS_KEY'],
  ['parseConnectionString', [], 'ERR_CONNECTION_STRING'],
  ['parseClientArguments', [], 'ERR_CONNECTION_STRING'],
  ['parseClientArguments', [undefined, { key }], 'ERR_ENDPOINT'],
  ['parseCompactJws', [], 'ERR_JWS_MALFORMED'],
  ['parseCompactJws', [{ length: 3 }], 'ERR_JWS_MALFORMED'],
  ['parseWireIdentifier', [], 'ERR_IDENTIFIER_WIRE'],
])('%s of %j', ([name, given, code]) => {
  expect(() => plain[name]?.(...given)).toThrow(expect.objectContaining({ code }))
})

test.for([undefined, null, 5, {}, { tokenRefresher: 'x' }, { resourceEndpoint: 'https://a.example' }])(
  'a credential of %j',
  (given) => {
    expect(() => new common.AzureCommunicationTokenCredential(given as never)).toThrow(
      expect.objectContaining({ code: 'ERR_CREDENTIAL_OPTIONS' }),
    )
  },
)

test.for([undefined, null, 5, 'x', {}, { callingApplicationId: 5 }])(
  '%j is no calling application',
  (given) => {
    expect(common.isCallingApplicationIdentifier(given as never)).toBe(false)
  },
)
