/**
 * CONCAT to UPPER.
 */

import { isArray, type Json } from '../../json.ts'
import { joinTexts, type Value } from '../values.ts'
import { type FunctionTable, ofString, ofStringAndNumber, type SqlFunction } from './function.ts'
import { matchRegex } from './regular-expressions.ts'

type Compare = (text: string, part: string) => boolean

// The third argument makes the comparison ignore case.
function comparing(compare: Compare): SqlFunction {
  return {
    arity: [2, 3],
    evaluate: ([text, part, ignoreCase]) => {
      if (typeof text !== 'string' || typeof part !== 'string') return undefined
      return ignoreCase === true ? compare(text.toLowerCase(), part.toLowerCase()) : compare(text, part)
    },
  }
}

// CONTAINS_ALL_CI and its kin: a text and any number of parts.
function containing(every: boolean, ignoreCase: boolean): SqlFunction {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text)
  return {
    arity: [2, 256],
    evaluate: ([text, ...parts]) => {
      if (typeof text !== 'string' || !parts.every((part) => typeof part === 'string')) return undefined
      const holds = (part: string): boolean => fold(text).includes(fold(part))
      return every ? parts.every(holds) : parts.some(holds)
    },
  }
}

function trimming(
  trim: (text: string, characters: ReadonlySet<string>) => string,
  plain: (text: string) => string,
): SqlFunction {
  return {
    arity: [1, 2],
    evaluate: (args) => {
      const [text, characters] = args
      if (typeof text !== 'string') return undefined
      if (args.length === 1) return plain(text)
      return typeof characters === 'string' ? trim(text, new Set(characters)) : undefined
    },
  }
}

function trimStart(text: string, characters: ReadonlySet<string>): string {
  let at = 0
  while (at < text.length && characters.has(text.charAt(at))) at += 1
  return text.slice(at)
}

function trimEnd(text: string, characters: ReadonlySet<string>): string {
  let end = text.length
  while (end > 0 && characters.has(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}

/** The longest text REPLICATE makes. */
const maxCharacters = 10_000

function replicate(text: string, times: number): Value {
  const count = Math.trunc(times)
  return count >= 0 && count * text.length <= maxCharacters ? text.repeat(count) : undefined
}

function joinStrings([items, separator]: readonly Value[]): Value {
  if (!isArray(items) || typeof separator !== 'string') return undefined
  return items.every((item) => typeof item === 'string') ? joinTexts(items, separator) : undefined
}

function indexOf([text, part, from = 0]: readonly Value[]): Value {
  if (typeof text !== 'string' || typeof part !== 'string' || typeof from !== 'number') return undefined
  return text.indexOf(part, from)
}

function toText(value: Value): Value {
  if (value === undefined || typeof value === 'string') return value
  return JSON.stringify(value)
}

export const stringFunctions: FunctionTable = {
  CONCAT: {
    arity: [1, 256],
    evaluate: (args) => (args.every((text) => typeof text === 'string') ? joinTexts(args) : undefined),
  },
  CONTAINS: comparing((text, part) => text.includes(part)),
  CONTAINS_ALL_CI: containing(true, true),
  CONTAINS_ALL_CS: containing(true, false),
  CONTAINS_ANY_CI: containing(false, true),
  CONTAINS_ANY_CS: containing(false, false),
  ENDSWITH: comparing((text, part) => text.endsWith(part)),
  INDEX_OF: { arity: [2, 3], evaluate: indexOf },
  LASTINDEXOF: {
    arity: [2, 2],
    evaluate: ([text, part]) =>
      typeof text === 'string' && typeof part === 'string' ? text.lastIndexOf(part) : undefined,
  },
  LEFT: ofStringAndNumber((text, count) => text.slice(0, Math.max(0, Math.trunc(count)))),
  LENGTH: ofString((text) => text.length),
  LOWER: ofString((text) => text.toLowerCase()),
  LTRIM: trimming(trimStart, (text) => text.trimStart()),
  REGEXMATCH: { arity: [2, 3], evaluate: matchRegex },
  REPLACE: {
    arity: [3, 3],
    evaluate: ([text, find, put]) => {
      if (typeof text !== 'string' || typeof find !== 'string' || typeof put !== 'string') return undefined
      return find === '' ? text : joinTexts(text.split(find), put)
    },
  },
  REPLICATE: ofStringAndNumber(replicate),
  REVERSE: ofString((text) => [...text].reverse().join('')),
  RIGHT: ofStringAndNumber((text, count) => (count < 1 ? '' : text.slice(-Math.trunc(count)))),
  RTRIM: trimming(trimEnd, (text) => text.trimEnd()),
  STARTSWITH: comparing((text, part) => text.startsWith(part)),
  STRINGEQUALS: comparing((text, part) => text === part),
  STRINGJOIN: { arity: [2, 2], evaluate: joinStrings },
  STRINGSPLIT: {
    arity: [2, 2],
    evaluate: ([text, separator]): Value => {
      if (typeof text !== 'string' || typeof separator !== 'string') return undefined
      const parts: Json[] = separator === '' ? [text] : text.split(separator)
      return parts
    },
  },
  SUBSTRING: {
    arity: [3, 3],
    evaluate: ([text, start, length]) => {
      if (typeof text !== 'string' || typeof start !== 'number' || typeof length !== 'number')
        return undefined
      const from = Math.max(0, Math.trunc(start))
      return text.slice(from, from + Math.max(0, Math.trunc(length)))
    },
  },
  TOSTRING: { arity: [1, 1], evaluate: ([value]) => toText(value) },
  TRIM: trimming(
    (text, characters) => trimEnd(trimStart(text, characters), characters),
    (text) => text.trim(),
  ),
  UPPER: ofString((text) => text.toUpperCase()),
}
