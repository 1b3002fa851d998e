/**
 * STRINGTOARRAY to STRINGTOOBJECT: JSON texts as values.
 */

import { isArray, isObject, type Json } from '../../json.ts'
import type { Value } from '../values.ts'
import { type FunctionTable, ofString, type SqlFunction } from './function.ts'

function parsing(accepts: (value: Json) => boolean): SqlFunction {
  return ofString((text) => {
    const value = parse(text)
    return value !== undefined && accepts(value) ? value : undefined
  })
}

// JSON's grammar has numbers that are larger than any there is; such a text has no value.
function refuseInfinite(_name: string, value: unknown): unknown {
  if (value === Infinity || value === -Infinity) throw new RangeError('The number is too large.')
  return value
}

function parse(text: string): Value {
  try {
    return JSON.parse(text, refuseInfinite) as Json
  } catch {
    return undefined
  }
}

export const parsingFunctions: FunctionTable = {
  STRINGTOARRAY: parsing(isArray),
  STRINGTOBOOLEAN: parsing((value) => typeof value === 'boolean'),
  STRINGTONULL: parsing((value) => value === null),
  STRINGTONUMBER: parsing((value) => typeof value === 'number'),
  STRINGTOOBJECT: parsing(isObject),
}
