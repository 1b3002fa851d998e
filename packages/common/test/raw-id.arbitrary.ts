/** Generated raw ids and identifiers: mostly near the known forms, where the rules are, and some of anything. */

import type { CommunicationIdentifier } from '@latchkey/common'
import fc from 'fast-check'

const part = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constantFrom(
    '',
    'anonymous',
    '+14255550123',
    'a_b',
    'a_b_c',
    '_',
    '__',
    '_a',
    'a_',
    'a_b_c_d',
    ':',
    '__proto__',
  ),
  fc.uuid(),
)
const head = fc.constantFrom(
  '4:',
  '8:',
  '28:',
  '8:acs:',
  '8:dod-acs:',
  '8:gcch-acs:',
  '8:spool:',
  '8:orgid:',
  '8:dod:',
  '8:gcch:',
  '8:teamsvisitor:',
  '8:Orgid:',
  ' 8:orgid:',
  '28:orgid:',
  '28:dod:',
  '28:gcch:',
  '28:gcch-global:',
  '48:',
  '19:',
  '',
)

export const rawIds: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(head, part).map(([a, b]) => a + b) },
  { weight: 2, arbitrary: fc.tuple(head, part, part, part).map(([a, ...rest]) => a + rest.join('_')) },
  { weight: 1, arbitrary: fc.array(part, { maxLength: 5 }).map((parts) => parts.join(':')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
)

const rawId = fc.option(rawIds, { nil: undefined })
const cloud = fc.constantFrom('public', 'dod', 'gcch', undefined, 'other', null)
const flag = fc.constantFrom(true, false, undefined, null)

/** Identifiers with any mix of members, of the right type or not; typed as what the functions take. */
export const identifiers: fc.Arbitrary<CommunicationIdentifier> = fc
  .record(
    {
      communicationUserId: fc.oneof(part, fc.constant(undefined), fc.constant(1)),
      phoneNumber: fc.oneof(part, fc.constant(undefined)),
      microsoftTeamsUserId: fc.oneof(part, fc.constant(null)),
      teamsAppId: part,
      userId: part,
      tenantId: part,
      resourceId: part,
      id: part,
      rawId,
      cloud,
      isAnonymous: flag,
      assertedId: fc.option(part, { nil: undefined }),
      kind: fc.constantFrom('communicationUser', 'unknown', 'x'),
    },
    { requiredKeys: [] },
  )
  .map((value) => value as unknown as CommunicationIdentifier)

const nested = fc.oneof(
  fc.record(
    {
      id: part,
      value: part,
      userId: part,
      appId: part,
      tenantId: part,
      resourceId: part,
      isAnonymous: flag,
      cloud,
      assertedId: fc.option(part, { nil: undefined }),
    },
    { requiredKeys: [] },
  ),
  fc.constantFrom(undefined, null, 'text', 7),
)
const kinds = fc.constantFrom(
  undefined,
  'communicationUser',
  'phoneNumber',
  'microsoftTeamsUser',
  'microsoftTeamsApp',
  'teamsExtensionUser',
  'unknown',
  'another',
)

/** Models as a service might send them, right and wrong. */
export const models: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(
    fc.record({ kind: kinds, rawId }, { requiredKeys: [] }),
    fc.subarray(
      ['communicationUser', 'phoneNumber', 'microsoftTeamsUser', 'microsoftTeamsApp', 'teamsExtensionUser'],
      { maxLength: 2 },
    ),
    nested,
  )
  .map(([model, names, value]) => ({ ...model, ...Object.fromEntries(names.map((name) => [name, value])) }))
