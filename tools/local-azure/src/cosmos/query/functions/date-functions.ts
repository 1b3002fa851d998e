/**
 * DATETIMEADD to YEAR. A moment is ISO 8601 text in UTC with up to seven decimals, or a count of 100 ns ticks.
 */

import type { Value } from '../values.ts'
import {
  addToDate,
  binDate,
  differenceOfDates,
  floorDivide,
  partNames,
  partOfDate,
} from './date-arithmetic.ts'
import { datePartFrom, formatTicks, isTicks, parseTicks, ticksPerMillisecond } from './date-text.ts'
import { type FunctionTable, ofString, type SqlFunction } from './function.ts'

type Now = (nowMs: number) => Value

// Static or not, the moment is that of the query's start: a query takes no time here.
function now(format: Now): SqlFunction {
  return { arity: [0, 0], evaluate: (_, { nowMs }) => format(nowMs) }
}

const currentDateTime = now((nowMs) => formatTicks(BigInt(nowMs) * ticksPerMillisecond))
const currentTicks = now((nowMs) => Number(BigInt(nowMs) * ticksPerMillisecond))
const currentTimestamp = now((nowMs) => nowMs)

function part(name: string): SqlFunction {
  return ofString((text) => {
    const ticks = parseTicks(text)
    return ticks === undefined ? undefined : partOfDate(name, ticks)
  })
}

function dateTimeFromParts(args: readonly Value[]): Value {
  if (!args.every((value) => typeof value === 'number' && Number.isInteger(value))) return undefined
  return datePartFrom(args as readonly number[])
}

function withPart(name: Value): string | undefined {
  return typeof name === 'string' ? partNames[name.toLowerCase()] : undefined
}

function shift(name: Value, amount: Value, ticks: bigint | undefined): Value {
  const unit = withPart(name)
  if (unit === undefined || ticks === undefined) return undefined
  if (typeof amount !== 'number' || !Number.isInteger(amount)) return undefined
  const result = addToDate(unit, amount, ticks)
  return result === undefined ? undefined : formatTicks(result)
}

export const dateFunctions: FunctionTable = {
  AGO: {
    arity: [2, 2],
    evaluate: ([name, amount], { nowMs }) =>
      shift(name, typeof amount === 'number' ? -amount : undefined, BigInt(nowMs) * ticksPerMillisecond),
  },
  DATETIMEADD: {
    arity: [3, 3],
    evaluate: ([name, amount, text]) =>
      shift(name, amount, typeof text === 'string' ? parseTicks(text) : undefined),
  },
  DATETIMEBIN: {
    arity: [2, 4],
    evaluate: ([text, name, size = 1, origin = '1970-01-01T00:00:00.0000000Z']) => {
      const unit = withPart(name)
      const ticks = typeof text === 'string' ? parseTicks(text) : undefined
      const start = typeof origin === 'string' ? parseTicks(origin) : undefined
      if (unit === undefined || ticks === undefined || start === undefined) return undefined
      if (typeof size !== 'number' || !Number.isInteger(size) || size < 1) return undefined
      const bin = binDate(unit, size, ticks, start)
      return bin === undefined ? undefined : formatTicks(bin)
    },
  },
  DATETIMEDIFF: {
    arity: [3, 3],
    evaluate: ([name, from, to]) => {
      const unit = withPart(name)
      const start = typeof from === 'string' ? parseTicks(from) : undefined
      const end = typeof to === 'string' ? parseTicks(to) : undefined
      if (unit === undefined || start === undefined || end === undefined) return undefined
      return differenceOfDates(unit, start, end)
    },
  },
  DATETIMEFROMPARTS: { arity: [3, 7], evaluate: dateTimeFromParts },
  DATETIMEPART: {
    arity: [2, 2],
    evaluate: ([name, text]) => {
      const unit = withPart(name)
      const ticks = typeof text === 'string' ? parseTicks(text) : undefined
      return unit === undefined || ticks === undefined ? undefined : partOfDate(unit, ticks)
    },
  },
  DATETIMETOTICKS: ofString((text) => {
    const ticks = parseTicks(text)
    return ticks === undefined ? undefined : Number(ticks)
  }),
  DATETIMETOTIMESTAMP: ofString((text) => {
    const ticks = parseTicks(text)
    return ticks === undefined ? undefined : Number(floorDivide(ticks, ticksPerMillisecond))
  }),
  DAY: part('day'),
  GETCURRENTDATETIME: currentDateTime,
  GETCURRENTDATETIMESTATIC: currentDateTime,
  GETCURRENTTICKS: currentTicks,
  GETCURRENTTICKSSTATIC: currentTicks,
  GETCURRENTTIMESTAMP: currentTimestamp,
  GETCURRENTTIMESTAMPSTATIC: currentTimestamp,
  MONTH: part('month'),
  NOW: {
    arity: [0, 2],
    evaluate: (args, { nowMs }) => {
      const [name, amount] = args.length === 0 ? ['ms', 0] : args
      return shift(name, amount, BigInt(nowMs) * ticksPerMillisecond)
    },
  },
  TICKSTODATETIME: {
    arity: [1, 1],
    evaluate: ([ticks]) => (isTicks(ticks) ? formatTicks(BigInt(ticks)) : undefined),
  },
  TIMESTAMPTODATETIME: {
    arity: [1, 1],
    evaluate: ([timestamp]) => {
      const ticks = typeof timestamp === 'number' ? Math.trunc(timestamp) * 10_000 : undefined
      return isTicks(ticks) ? formatTicks(BigInt(ticks)) : undefined
    },
  },
  YEAR: part('year'),
}
