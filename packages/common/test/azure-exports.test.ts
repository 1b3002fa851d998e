/** Every value export of Azure's package has a namesake here of the same kind. */

import * as azure from '@azure/communication-common'
import * as latchkey from '@latchkey/common'
import { expect, test } from 'vitest'

test('has every value export of @azure/communication-common 2.5.0', () => {
  const names = Object.keys(azure).sort()
  expect(names).toHaveLength(19)
  const kinds = (module: Record<string, unknown>): string[] =>
    names.map((name) => `${name}: ${typeof module[name]}`)
  expect(kinds(latchkey)).toEqual(kinds(azure))
})
