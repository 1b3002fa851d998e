/** Azure's own package is the oracle: 10,000 generated cases a function, the same answer or the same complaint. */

import * as azureModule from '@azure/communication-common'
import * as latchkeyModule from '@latchkey/common'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { identifiers, models, rawIds } from './raw-id.arbitrary.ts'

const azure = { ...azureModule }
const latchkey = { ...latchkeyModule }
const numRuns = 10_000

/** What a call came to: its answer, or that it failed and, for deliberate errors, how. */
function outcome(call: () => unknown): unknown {
  try {
    return { answer: call() }
  } catch (error) {
    return error instanceof TypeError ? 'TypeError' : (error as Error).message
  }
}

test('createIdentifierFromRawId answers what Azure’s does', () => {
  fc.assert(
    fc.property(rawIds, (rawId) => {
      expect(latchkey.createIdentifierFromRawId(rawId)).toStrictEqual(azure.createIdentifierFromRawId(rawId))
    }),
    { numRuns },
  )
})

test.for([
  'getIdentifierKind',
  'getIdentifierRawId',
  'serializeCommunicationIdentifier',
  'isCommunicationUserIdentifier',
  'isPhoneNumberIdentifier',
  'isMicrosoftTeamsUserIdentifier',
  'isMicrosoftTeamsAppIdentifier',
  'isTeamsExtensionUserIdentifier',
  'isUnknownIdentifier',
] as const)('%s answers what Azure’s does', (name) => {
  fc.assert(
    fc.property(identifiers, (identifier) => {
      const theirs = outcome(() => azure[name](identifier as azureModule.CommunicationIdentifier))
      expect(outcome(() => latchkey[name](identifier))).toStrictEqual(theirs)
    }),
    { numRuns },
  )
})

test('deserializeCommunicationIdentifier answers what Azure’s does, with its messages', () => {
  fc.assert(
    fc.property(models, (model) => {
      const theirs = outcome(() => azure.deserializeCommunicationIdentifier(model))
      const ours = outcome(() => latchkey.deserializeCommunicationIdentifier(model))
      if (theirs === 'TypeError') expect(ours).toMatch(/^Property \w+ is required/)
      else expect(ours).toStrictEqual(theirs)
    }),
    { numRuns },
  )
})

test('functions of parsed identifiers agree too', () => {
  fc.assert(
    fc.property(rawIds, (rawId) => {
      const identifier = latchkey.createIdentifierFromRawId(rawId)
      const model = latchkey.serializeCommunicationIdentifier(identifier)
      expect(model).toStrictEqual(azure.serializeCommunicationIdentifier(identifier))
      expect(latchkey.deserializeCommunicationIdentifier(model)).toStrictEqual(
        azure.deserializeCommunicationIdentifier(model),
      )
    }),
    { numRuns },
  )
})

test.for([
  'createIdentifierFromRawId',
  'getIdentifierKind',
  'getIdentifierRawId',
  'serializeCommunicationIdentifier',
  'deserializeCommunicationIdentifier',
] as const)('%s of nothing is a TypeError, as in Azure', (name) => {
  for (const nothing of [undefined, null] as unknown as never[]) {
    expect(outcome(() => azure[name](nothing))).toBe('TypeError')
    expect(outcome(() => latchkey[name](nothing))).toBe('TypeError')
  }
})
