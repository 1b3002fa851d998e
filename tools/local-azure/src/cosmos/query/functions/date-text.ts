/**
 * Moments as text (`2026-01-02T03:04:05.1234567Z`) and as ticks: tenths of a microsecond since 1970.
 */

import type { Value } from '../values.ts'

export const ticksPerMillisecond = 10_000n

const form = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?(Z|[+-]\d{2}:\d{2})?)?$/

// The years 1 to 9999.
const firstMs = -62_135_596_800_000
const lastMs = 253_402_300_799_999

/** Reads a moment; `undefined` when it is none. */
export function parseTicks(text: string): bigint | undefined {
  const match = form.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match
  const numbers = [year, month, day, hour, minute, second].map(Number)
  const ms = utcMs(numbers)
  if (ms === undefined) return undefined
  const zoneMinutes =
    zone === 'Z' ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)))
  const utc = ms - zoneMinutes * 60_000
  if (utc < firstMs || utc > lastMs) return undefined
  return BigInt(utc) * ticksPerMillisecond + BigInt(fraction.padEnd(7, '0'))
}

/** Tells whether a text is a moment as IS_DATETIME has it: in UTC, a blank in place of the T allowed. */
export function isMoment(text: string): boolean {
  if (!/^[-\d]{10}(?:Z|[ T]\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?Z?)?$/.test(text)) return false
  return parseTicks(text.replace(' ', 'T').replace(/^(.{10})Z$/, '$1')) !== undefined
}

// Refuses the 30th of February instead of rolling over.
function utcMs(numbers: readonly number[]): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers
  if (year < 1 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59)
    return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCMonth() !== month - 1) return undefined
  return date.setUTCHours(hour, minute, second, 0)
}

/** Writes a moment, always with seven decimals. */
export function formatTicks(ticks: bigint): string | undefined {
  const fraction = ((ticks % 10_000_000n) + 10_000_000n) % 10_000_000n
  const ms = Number((ticks - fraction) / ticksPerMillisecond)
  if (ms < firstMs || ms > lastMs) return undefined
  return `${new Date(ms).toISOString().slice(0, 19)}.${String(fraction).padStart(7, '0')}Z`
}

/** The moment of year, month, day and, if given, hour, minute, second and ticks. */
export function datePartFrom(parts: readonly number[]): string | undefined {
  const ms = utcMs(parts.slice(0, 6))
  const ticks = parts[6] ?? 0
  if (ms === undefined || parts.some((part) => part < 0) || ticks > 9_999_999) return undefined
  return formatTicks(BigInt(ms) * ticksPerMillisecond + BigInt(ticks))
}

/** Tells whether a value counts ticks. */
export function isTicks(value: Value): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 2.6e18
}
