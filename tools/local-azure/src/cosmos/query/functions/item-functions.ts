/**
 * DOCUMENTID
 */

import { isObject } from '../../json.ts'
import type { FunctionTable } from './function.ts'

export const itemFunctions: FunctionTable = {
  // The number of an item within its container: the last 8 bytes of its resource id.
  DOCUMENTID: {
    arity: [1, 1],
    evaluate: ([item]) => {
      const rid = isObject(item) ? item['_rid'] : undefined
      if (typeof rid !== 'string') return undefined
      const bytes = Buffer.from(rid.replaceAll('-', '/'), 'base64')
      return bytes.length === 16 ? Number(bytes.readBigUInt64LE(8)) : undefined
    },
  },
}
