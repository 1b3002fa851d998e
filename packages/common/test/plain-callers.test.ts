/** What a caller without types may leave out: refused with a code, not with a TypeError from inside. */

import * as common from '@latchkey/common'
import { createSyncHeaderSigner } from '@latchkey/common/node'
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
  ['formatRawId', [{ communicationUserId: '8:acs:a_b' }], 'ERR_IDENTIFIER_KIND'],
  ['formatWireIdentifier', [{ phoneNumber: '+14255550123' }], 'ERR_IDENTIFIER_KIND'],
  ['formatWireIdentifier', [{ kind: 'app', rawId: '28:x' }], 'ERR_IDENTIFIER_KIND'],
])('%s of %j', ([name, given, code]) => {
  expect(() => plain[name]?.(...given)).toThrow(expect.objectContaining({ code }))
})

test.for([undefined, null, 'scope', 5, [undefined], []])('Entra scopes of %j', (scopes) => {
  const tokenCredential = { getToken: async () => null }
  const options = { resourceEndpoint: 'https://a.example', tokenCredential, scopes }
  const create = () => new common.AzureCommunicationTokenCredential(options as never)
  if (scopes === undefined || scopes === null) expect(create).not.toThrow()
  else expect(create).toThrow(expect.objectContaining({ code: 'ERR_ENTRA_SCOPES' }))
})

test('a body that is neither text nor bytes', async () => {
  const request = { method: 'POST', url: 'https://a.example/', body: { a: 1 } as never }
  await expect(common.createHeaderSigner(key)(request)).rejects.toMatchObject({ code: 'ERR_SIGN_BODY' })
  expect(() => createSyncHeaderSigner(key)(request)).toThrow(
    expect.objectContaining({ code: 'ERR_SIGN_BODY' }),
  )
})

test.for([null, new ArrayBuffer(0), new Uint8Array()])('no body, given as %s', async (body) => {
  const request = { method: 'POST', url: 'https://a.example/' }
  const { authorization: _, ...given } = await common.createHeaderSigner(key)({
    ...request,
    body: body as never,
  })
  const hash = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
  expect(given).toMatchObject({ 'x-ms-content-sha256': hash })
  expect(createSyncHeaderSigner(key)({ ...request, body: body as never })).toMatchObject({
    'x-ms-content-sha256': hash,
  })
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
