/**
 * Adding to moments, taking them apart, counting between them.
 */

import { ticksPerMillisecond } from './date-text.ts'

/** The names of the parts of a moment, with their short forms. */
export const partNames: Readonly<Record<string, string>> = {
  year: 'year',
  yyyy: 'year',
  yy: 'year',
  month: 'month',
  mm: 'month',
  m: 'month',
  day: 'day',
  dd: 'day',
  d: 'day',
  hour: 'hour',
  hh: 'hour',
  minute: 'minute',
  mi: 'minute',
  n: 'minute',
  second: 'second',
  ss: 'second',
  s: 'second',
  millisecond: 'millisecond',
  ms: 'millisecond',
  microsecond: 'microsecond',
  mcs: 'microsecond',
  nanosecond: 'nanosecond',
  ns: 'nanosecond',
}

const ticksPer: Readonly<Record<string, bigint>> = {
  day: 864_000_000_000n,
  hour: 36_000_000_000n,
  minute: 600_000_000n,
  second: 10_000_000n,
  millisecond: ticksPerMillisecond,
  microsecond: 10n,
}

/** Division that rounds down, also below zero. */
export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}

function dateOf(ticks: bigint): Date {
  return new Date(Number(floorDivide(ticks, ticksPerMillisecond)))
}

function monthsOf(ticks: bigint): number {
  const date = dateOf(ticks)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

/** Adds a number of parts. */
export function addToDate(part: string, amount: number, ticks: bigint): bigint | undefined {
  if (Math.abs(amount) > 1e15) return undefined
  if (part === 'nanosecond') return ticks + BigInt(Math.trunc(amount / 100))
  const size = ticksPer[part]
  if (size !== undefined) return ticks + BigInt(amount) * size
  return atMonths(monthsOf(ticks) + (part === 'year' ? amount * 12 : amount), ticks)
}

// The same day and time in another month of the years 1 to 9999; the last day where the month is too short.
function atMonths(months: number, ticks: bigint): bigint | undefined {
  if (months < 12 || months >= 120_000) return undefined
  const date = dateOf(ticks)
  const [year, month] = [Math.floor(months / 12), ((months % 12) + 12) % 12]
  const last = new Date(0)
  last.setUTCFullYear(year, month + 1, 0)
  const moved = new Date(date)
  moved.setUTCFullYear(year, month, Math.min(date.getUTCDate(), last.getUTCDate()))
  return ticks + BigInt(moved.getTime() - date.getTime()) * ticksPerMillisecond
}

/** How often the boundary of a part is crossed from `start` to `end`. */
export function differenceOfDates(part: string, start: bigint, end: bigint): number {
  if (part === 'nanosecond') return Number((end - start) * 100n)
  const size = ticksPer[part]
  if (size !== undefined) return Number(floorDivide(end, size) - floorDivide(start, size))
  const months = part === 'year' ? 12 : 1
  return Math.floor(monthsOf(end) / months) - Math.floor(monthsOf(start) / months)
}

/** One part of a moment. */
export function partOfDate(part: string, ticks: bigint): number {
  const date = dateOf(ticks)
  const inSecond = Number(ticks - floorDivide(ticks, 10_000_000n) * 10_000_000n)
  switch (part) {
    case 'year':
      return date.getUTCFullYear()
    case 'month':
      return date.getUTCMonth() + 1
    case 'day':
      return date.getUTCDate()
    case 'hour':
      return date.getUTCHours()
    case 'minute':
      return date.getUTCMinutes()
    case 'second':
      return date.getUTCSeconds()
    case 'millisecond':
      return Math.floor(inSecond / 10_000)
    case 'microsecond':
      return Math.floor(inSecond / 10)
    default:
      return inSecond * 100
  }
}

// The Windows epoch, before which no bin begins.
const earliestOrigin = BigInt(Date.UTC(1601, 0, 1)) * ticksPerMillisecond

/** The beginning of the bin a moment lies in, bins being `size` parts long, a day at most a part, from `origin`. */
export function binDate(part: string, size: number, ticks: bigint, origin: bigint): bigint | undefined {
  const unit = part === 'nanosecond' ? 1n : ticksPer[part]
  if (unit === undefined || origin < earliestOrigin) return undefined
  const width = unit * BigInt(part === 'nanosecond' ? Math.max(1, Math.trunc(size / 100)) : size)
  return origin + floorDivide(ticks - origin, width) * width
}
