import { formatWireIdentifier, isLatchkeyError, parseRawId, parseWireIdentifier } from '@latchkey/common'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rawIds } from './raw-id.arbitrary.ts'

test('an identifier survives its JSON form', () => {
  fc.assert(
    fc.property(rawIds, (rawId) => {
      const identifier = parseRawId(rawId)
      const sent: unknown = JSON.parse(JSON.stringify(formatWireIdentifier(identifier)))
      const received = parseWireIdentifier(sent)
      expect(received).toMatchObject(JSON.parse(JSON.stringify(identifier)))
      expect(formatWireIdentifier(received)).toEqual(formatWireIdentifier(identifier))
    }),
    { numRuns: 5_000 },
  )
})

test('reads a model without a nested one from its raw id', () => {
  expect(parseWireIdentifier({ rawId: '28:bot' })).toEqual({
    kind: 'callingApplication',
    callingApplicationId: 'bot',
  })
  expect(parseWireIdentifier({ kind: 'communicationUser', rawId: '8:acs:a_b' })).toEqual({
    kind: 'communicationUser',
    communicationUserId: '8:acs:a_b',
  })
})

test('fills in what the service may leave out', () => {
  expect(parseWireIdentifier({ microsoftTeamsUser: { userId: 'o' } })).toEqual({
    kind: 'microsoftTeamsUser',
    microsoftTeamsUserId: 'o',
    isAnonymous: false,
    cloud: 'public',
  })
})

test.for<[unknown, string]>([
  [undefined, ''],
  [null, ''],
  ['8:acs:a_b', ''],
  [[], ''],
  [{}, 'rawId'],
  [{ rawId: 4 }, 'rawId'],
  [{ communicationUser: 'x' }, 'communicationUser'],
  [{ communicationUser: {} }, 'communicationUser.id'],
  [{ communicationUser: { id: 1 } }, 'communicationUser.id'],
  [{ communicationUser: { id: 'a' }, phoneNumber: { value: 'b' } }, 'phoneNumber'],
  [{ phoneNumber: { value: 'b', isAnonymous: 'yes' } }, 'phoneNumber.isAnonymous'],
  [{ microsoftTeamsUser: { userId: 'a', cloud: 'moon' } }, 'microsoftTeamsUser.cloud'],
  [{ microsoftTeamsApp: { cloud: 'dod' } }, 'microsoftTeamsApp.appId'],
  [{ teamsExtensionUser: { userId: 'a', tenantId: 'b' } }, 'teamsExtensionUser.resourceId'],
])('refuses %j and says where', ([value, path]) => {
  try {
    parseWireIdentifier(value)
    expect.unreachable()
  } catch (error) {
    expect(isLatchkeyError(error, 'ERR_IDENTIFIER_WIRE') && error.details['path']).toBe(path)
  }
})
