/**
 * Going on in a sorted result: after the row a position names, whatever was written since.
 *
 * A position holds the sort keys of the last row, and so needs no row to be still there. A key too long for a token is
 * cut; only the rows that begin as it does then need more, and are told apart by what is left of the keys around it.
 */

import { createHash } from 'node:crypto'
import { badRequest } from '../errors.ts'
import { compareKeys, type Select } from './compile-select.ts'
import { type CutKey, hashCharacters, type RowPosition, toAscii } from './continuation.ts'
import { canonicalText, compareValues, typeRank, type Value } from './values.ts'

/** A row of a sorted result. */
export interface SortedRow {
  readonly keys: readonly Value[]
  readonly seq: number
  readonly ordinal: number
  readonly value: Value
}

type Order = Select['orderBy']

/** The most characters of sort keys in a token. */
const maxKeyCharacters = 400

/** The most keys that are remembered on each side of a cut one. */
const maxNeighbours = 20

/** The rows after `after`, or all, sorted. Throws 400 when nothing is left of what told where to go on. */
export function sortRows(
  rows: readonly SortedRow[],
  order: Order,
  after: RowPosition | undefined,
): SortedRow[] {
  const rest = after
    ? rows.filter((row) => compareWithPosition(order, row, after) >= (after.cut ? 0 : 1))
    : [...rows]
  rest.sort((a, b) => compareKeys(order, a.keys, b.keys) || compareSequence(a, b))
  return after?.cut ? rest.slice(countDelivered(rest, order, after, after.cut)) : rest
}

/** The position after the row before `index`. */
export function positionBefore(
  rows: readonly SortedRow[],
  index: number,
  order: Order,
): RowPosition | undefined {
  const last = rows[index - 1]
  if (!last) return undefined
  const keys: Value[] = []
  let room = maxKeyCharacters
  for (const key of last.keys) {
    const size = toAscii(key === undefined ? [] : [key]).length
    if (size > room) {
      const start = { kind: 'row', seq: last.seq, ordinal: last.ordinal, keys } as const
      return { ...start, cut: cutKey(rows, index, order, start, key, room) }
    }
    keys.push(key)
    room -= size
  }
  return { kind: 'row', seq: last.seq, ordinal: last.ordinal, keys }
}

function compareSequence(
  a: Pick<SortedRow, 'seq' | 'ordinal'>,
  b: Pick<SortedRow, 'seq' | 'ordinal'>,
): number {
  return a.seq - b.seq || a.ordinal - b.ordinal
}

// Zero also when a cut key leaves it open.
function compareWithPosition(order: Order, row: SortedRow, position: RowPosition): number {
  const { keys, cut } = position
  const difference = compareKeys(cut ? order.slice(0, keys.length) : order, row.keys, keys)
  if (difference !== 0) return difference
  if (!cut) return compareSequence(row, position)
  const key = row.keys[keys.length]
  const cutDifference =
    typeRank(key) - cut.rank || compareValues(sortText(key).slice(0, cut.prefix.length), cut.prefix)
  return order[keys.length]?.descending ? -cutDifference : cutDifference
}

// What values of one type are sorted by, as far as it can be cut.
function sortText(key: Value): string {
  if (typeof key === 'string') return key
  return typeRank(key) > 4 ? canonicalText(key) : ''
}

function cutKey(
  rows: readonly SortedRow[],
  index: number,
  order: Order,
  start: RowPosition,
  key: Value,
  room: number,
): CutKey {
  const cut = { rank: typeRank(key), prefix: prefixOf(sortText(key), room), before: [], after: [] }
  const isOpen = (row: SortedRow): boolean => compareWithPosition(order, row, { ...start, cut }) === 0
  const hashesFrom = (at: number, step: number, most: number): string[] => {
    const hashes: string[] = []
    let known: SortedRow | undefined
    for (let i = at; hashes.length < most; i += step) {
      const row = rows[i]
      if (!row || !isOpen(row)) break
      if (!known || compareKeys(order, row.keys, known.keys) !== 0) hashes.push(hash(row))
      known = row
    }
    return hashes
  }
  const before = hashesFrom(index - 1, -1, maxNeighbours)
  const after = hashesFrom(index, 1, maxNeighbours + 1).filter((text) => text !== before[0])
  return { ...cut, before, after: after.slice(0, maxNeighbours) }
}

// Cut where its ASCII form in JSON has that many characters.
function prefixOf(text: string, characters: number): string {
  let length = 0
  for (let room = characters; length < text.length; length += 1) {
    room -= toAscii(text.charAt(length)).length - 2
    if (room < 0) break
  }
  return text.slice(0, length)
}

function hash({ keys }: SortedRow): string {
  return createHash('sha256')
    .update(keys.map(canonicalText).join('\n'))
    .digest('base64url')
    .slice(0, hashCharacters)
}

// Of sorted rows, the first of which begin as the cut key does. Rows that nobody wrote since are told apart rightly by
// any key that is still there: what stands before the next key was delivered, what stands after the last one was not.
function countDelivered(
  rows: readonly SortedRow[],
  order: Order,
  position: RowPosition,
  cut: CutKey,
): number {
  const open = rows.findIndex((row) => compareWithPosition(order, row, position) !== 0)
  const end = open < 0 ? rows.length : open
  const ranges = new Map<string, { from: number; to: number }>()
  let range = { from: 0, to: 0 }
  for (let i = 0; i < end; i += 1) {
    const [row, previous] = [rows[i], rows[i - 1]]
    if (!row) break
    if (!previous || compareKeys(order, row.keys, previous.keys) !== 0) {
      range = { from: i, to: i }
      ranges.set(hash(row), range)
    }
    range.to = i + 1
  }
  const [own, ...before] = cut.before.map((text) => ranges.get(text))
  if (own)
    return own.from + rows.slice(own.from, own.to).filter((row) => compareSequence(row, position) <= 0).length
  const next = cut.after.map((text) => ranges.get(text)).find((found) => found)
  if (next) return next.from
  const last = before.find((found) => found)
  if (last) return last.to
  // Of a side that is known whole, nothing is left.
  if (cut.after.length < maxNeighbours) return end
  if (cut.before.length < maxNeighbours || end === 0) return 0
  throw badRequest('The rows the continuation token stands between are all gone; start the query anew.')
}
