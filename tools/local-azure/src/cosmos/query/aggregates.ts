/**
 * The functions that make one value of many: COUNT, SUM, AVG, MIN, MAX, COUNTIF, MAKELIST, MAKESET.
 */

import { canonicalText, compareValues, finite, typeRank, type Value } from './values.ts'

/** Takes values in and answers for all of them. */
export interface Accumulator {
  add(value: Value): void
  result(): Value
}

/** A new accumulator for an aggregate function. */
export function createAccumulator(name: string): Accumulator {
  switch (name) {
    case 'COUNT':
      return counter((value) => value !== undefined)
    case 'COUNTIF':
      return counter((value) => value === true)
    case 'SUM':
      return summer((sum) => sum)
    case 'AVG':
      return summer((sum, count) => (count === 0 ? undefined : sum / count))
    case 'MIN':
      return extreme((difference) => difference < 0)
    case 'MAX':
      return extreme((difference) => difference > 0)
    default:
      return collector(name === 'MAKESET')
  }
}

function counter(counts: (value: Value) => boolean): Accumulator {
  let count = 0
  return {
    add: (value) => {
      if (counts(value)) count += 1
    },
    result: () => count,
  }
}

// One value that is no number spoils the whole; one that is not there does not count.
function summer(finish: (sum: number, count: number) => Value): Accumulator {
  let sum = 0
  let count = 0
  let spoilt = false
  return {
    add: (value) => {
      if (value === undefined) return
      if (typeof value !== 'number') spoilt = true
      else {
        sum += value
        count += 1
      }
    },
    result: () => {
      const value = spoilt ? undefined : finish(sum, count)
      return typeof value === 'number' ? finite(value) : value
    },
  }
}

function extreme(wins: (difference: number) => boolean): Accumulator {
  let best: Value
  let spoilt = false
  return {
    add: (value) => {
      if (value === undefined) return
      if (typeRank(value) > 4) spoilt = true
      else if (best === undefined || wins(compareValues(value, best))) best = value
    },
    result: () => (spoilt ? undefined : best),
  }
}

function collector(unique: boolean): Accumulator {
  const values = new Map<string, Exclude<Value, undefined>>()
  return {
    add: (value) => {
      if (value !== undefined) values.set(unique ? canonicalText(value) : String(values.size), value)
    },
    result: () => [...values.values()],
  }
}
