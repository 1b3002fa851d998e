/**
 * NCRONTAB, the schedules of timer functions: `{second} {minute} {hour} {day} {month} {day of week}` in UTC, or a
 * time span such as `00:05:00`.
 *
 * A field is `*`, a number, a range `1-5`, a list `1,3`, each with an optional step `/5`; months and days of the week
 * may be given by their first three letters.
 */

/** The moment after `afterMs` at which the schedule is due, in milliseconds since the epoch. */
export type Schedule = (afterMs: number) => number

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

interface Field {
  readonly min: number
  readonly max: number
  readonly names?: readonly string[]
}

const fields: readonly Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: weekdays },
]

const dayMs = 86_400_000
// A leap day on a certain weekday comes at most this many days apart.
const horizonDays = 366 * 40

/** Reads a schedule. Throws for one that can never be due. */
export function parseSchedule(text: string): Schedule {
  const span = /^(\d+):([0-5]\d):([0-5]\d)$/.exec(text)
  if (span) {
    const [, hours, minutes, seconds] = span.map(Number)
    const everyMs = ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000
    if (everyMs === 0) throw new Error('A schedule of no time at all is never due')
    return (afterMs) => afterMs + everyMs
  }
  const parts = text.trim().split(/\s+/)
  // Five fields are allowed: the second is then 0.
  const six = parts.length === 5 ? ['0', ...parts] : parts
  if (six.length !== 6) throw new Error(`The schedule "${text}" has not six fields`)
  const allowed = six.map((part, index) => parseField(part, fields[index] ?? { min: 0, max: 0 }, text))
  return (afterMs) => nextDue(allowed, afterMs, text)
}

function parseField(part: string, field: Field, text: string): ReadonlySet<number> {
  const values = new Set<number>()
  for (const piece of part.toLowerCase().split(',')) {
    const parsed = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(piece)
    if (parsed === null) throw new Error(`The schedule "${text}" holds "${piece}", which is not understood`)
    const [, star, from, to, step] = parsed
    const first = star ? field.min : parseNumber(from ?? '', field, text)
    const openEnd = star !== undefined || (to === undefined && step !== undefined)
    const last = openEnd ? field.max : parseNumber(to ?? from ?? '', field, text)
    const stride = Math.max(Number(step ?? 1), 1)
    for (let value = first; value <= last; value += stride) values.add(value)
  }
  return values
}

function parseNumber(word: string, field: Field, text: string): number {
  const named = field.names?.indexOf(word) ?? -1
  const value = named >= 0 ? named + field.min : Number(word)
  // Sunday is 0, and 7 as well.
  const folded = field.names === weekdays && value === 7 ? 0 : value
  if (Number.isInteger(folded) && folded >= field.min && folded <= field.max) return folded
  throw new Error(`The schedule "${text}" holds "${word}", which is out of range`)
}

function nextDue(allowed: readonly ReadonlySet<number>[], afterMs: number, text: string): number {
  const [seconds, minutes, hours, days, monthsAllowed, weekdaysAllowed] = allowed
  const startMs = Math.floor(afterMs / 1000) * 1000 + 1000
  for (let day = 0; day < horizonDays; day += 1) {
    const midnight = Math.floor(startMs / dayMs) * dayMs + day * dayMs
    const date = new Date(midnight)
    if (!days?.has(date.getUTCDate()) || !monthsAllowed?.has(date.getUTCMonth() + 1)) continue
    if (!weekdaysAllowed?.has(date.getUTCDay())) continue
    const offset = firstTimeOfDay([hours, minutes, seconds], Math.max(startMs - midnight, 0))
    if (offset !== undefined) return midnight + offset
  }
  throw new Error(`The schedule "${text}" is never due`)
}

function firstTimeOfDay(
  [hours, minutes, seconds]: readonly (ReadonlySet<number> | undefined)[],
  fromMs: number,
): number | undefined {
  for (let second = Math.ceil(fromMs / 1000); second < 86_400; second += 1) {
    if (!hours?.has(Math.floor(second / 3600))) second = (Math.floor(second / 3600) + 1) * 3600 - 1
    else if (!minutes?.has(Math.floor(second / 60) % 60)) second = (Math.floor(second / 60) + 1) * 60 - 1
    else if (seconds?.has(second % 60)) return second * 1000
  }
  return undefined
}
