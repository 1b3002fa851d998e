/**
 * IS_ARRAY to IS_STRING, and IIF.
 */

import { isArray, isObject } from '../../json.ts'
import { typeRank } from '../values.ts'
import { isMoment } from './date-text.ts'
import { type FunctionTable, test } from './function.ts'
import { isInteger } from './integer-functions.ts'

export const typeFunctions: FunctionTable = {
  IIF: { arity: [3, 3], evaluate: ([condition, then, otherwise]) => (condition === true ? then : otherwise) },
  IS_ARRAY: test(isArray),
  IS_BOOL: test((value) => typeof value === 'boolean'),
  IS_DATETIME: test((value) => typeof value === 'string' && isMoment(value)),
  IS_DEFINED: test((value) => value !== undefined),
  IS_FINITE_NUMBER: test(Number.isFinite),
  IS_INTEGER: test(isInteger),
  IS_NULL: test((value) => value === null),
  IS_NUMBER: test((value) => typeof value === 'number'),
  IS_OBJECT: test(isObject),
  IS_PRIMITIVE: test((value) => typeRank(value) >= 1 && typeRank(value) <= 4),
  IS_STRING: test((value) => typeof value === 'string'),
}
