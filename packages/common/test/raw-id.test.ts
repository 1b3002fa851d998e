import { formatRawId, type Identifier, isCallingApplicationIdentifier, parseRawId } from '@latchkey/common'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rawIds } from './raw-id.arbitrary.ts'

test('formatting what was parsed gives the same text, for every string', () => {
  fc.assert(
    fc.property(fc.oneof(rawIds, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
      expect(formatRawId(parseRawId(text))).toBe(text)
    }),
    { numRuns: 20_000 },
  )
})

test('takes any string of code units, also lone surrogates', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 0xffff }), { maxLength: 20 }), (units) => {
      const text = String.fromCharCode(...units)
      expect(formatRawId(parseRawId(text))).toBe(text)
    }),
  )
})

test.for<[string, Identifier]>([
  ['8:acs:r_u', { kind: 'communicationUser', communicationUserId: '8:acs:r_u' }],
  ['8:spool:r_t_u', { kind: 'communicationUser', communicationUserId: '8:spool:r_t_u' }],
  ['4:+1425', { kind: 'phoneNumber', phoneNumber: '+1425', isAnonymous: false }],
  ['4:+1425_x', { kind: 'phoneNumber', phoneNumber: '+1425_x', isAnonymous: false, assertedId: 'x' }],
  ['4:anonymous', { kind: 'phoneNumber', phoneNumber: 'anonymous', isAnonymous: true }],
  [
    '8:orgid:o',
    { kind: 'microsoftTeamsUser', microsoftTeamsUserId: 'o', isAnonymous: false, cloud: 'public' },
  ],
  ['8:gcch:o', { kind: 'microsoftTeamsUser', microsoftTeamsUserId: 'o', isAnonymous: false, cloud: 'gcch' }],
  ['8:teamsvisitor:o', { kind: 'microsoftTeamsUser', microsoftTeamsUserId: 'o', isAnonymous: true }],
  ['28:dod:a', { kind: 'microsoftTeamsApp', teamsAppId: 'a', cloud: 'dod' }],
  [
    '8:dod-acs:r_t_u',
    { kind: 'teamsExtensionUser', resourceId: 'r', tenantId: 't', userId: 'u', cloud: 'dod' },
  ],
  ['28:bot', { kind: 'callingApplication', callingApplicationId: 'bot' }],
  ['28:gcch-global:x', { kind: 'callingApplication', callingApplicationId: 'gcch-global:x' }],
  ['28:orgid:a:b', { kind: 'callingApplication', callingApplicationId: 'orgid:a:b' }],
  ['28:', { kind: 'callingApplication', callingApplicationId: '' }],
  ['28', { kind: 'unknown', id: '28' }],
  ['19:meeting@thread.v2', { kind: 'unknown', id: '19:meeting@thread.v2' }],
])('reads %s', ([rawId, identifier]) => {
  expect(parseRawId(rawId)).toEqual(identifier)
  expect(formatRawId(identifier)).toBe(rawId)
})

test('the guard knows a calling application', () => {
  expect(isCallingApplicationIdentifier(parseRawId('28:bot'))).toBe(true)
  expect(isCallingApplicationIdentifier(parseRawId('28:orgid:bot'))).toBe(false)
})
