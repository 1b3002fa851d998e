/**
 * Every built-in function, by name. docs/cosmos-functions.md lists them; a test holds both together.
 */

import { arrayFunctions } from './array-functions.ts'
import { dateFunctions } from './date-functions.ts'
import type { FunctionTable } from './function.ts'
import { integerFunctions } from './integer-functions.ts'
import { itemFunctions } from './item-functions.ts'
import { mathFunctions } from './math-functions.ts'
import { parsingFunctions } from './parsing-functions.ts'
import { stringFunctions } from './string-functions.ts'
import { typeFunctions } from './type-functions.ts'

export const functions: FunctionTable = {
  ...arrayFunctions,
  ...dateFunctions,
  ...integerFunctions,
  ...itemFunctions,
  ...mathFunctions,
  ...parsingFunctions,
  ...stringFunctions,
  ...typeFunctions,
}
