/**
 * Values as the plain evaluator sees them: what is equal, what comes first, what operators make of them.
 */

import type { Value } from './tree.ts'

/** Stands for what is not there. */
export const absent: unique symbol = Symbol('absent')
export type Found = Value | typeof absent

export function same(a: Found, b: Found): boolean {
  if (a === absent || b === absent) return false
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].every((name) => same(member(a, name), member(b, name)))
}

export function identical(a: Found, b: Found): boolean {
  return (a === absent && b === absent) || same(a, b)
}

export function member(value: Value, name: string): Found {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? ((value as Record<string, Value>)[name] as Value)
    : absent
}

export function kind(value: Found): number {
  if (value === absent) return 0
  if (value === null) return 1
  if (Array.isArray(value)) return 6
  return { boolean: 2, number: 4, string: 5, object: 7 }[
    typeof value as 'boolean' | 'number' | 'string' | 'object'
  ]
}

export function inOrder(a: Found, b: Found): number {
  if (kind(a) !== kind(b)) return kind(a) - kind(b)
  if (a === absent || a === null || same(a, b)) return 0
  if (typeof a === 'object') return flat(a) < flat(b as Value) ? -1 : 1
  return (a as number) < (b as number) ? -1 : 1
}

// Arrays and objects have an order only so that it is always the same one.
function flat(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(flat).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${flat((value as Record<string, Value>)[name] as Value)}`)
    .join(',')}}`
}

/** A comparison; absent between types. */
export function compared(op: string, a: Found, b: Found): Found {
  if (a === absent || b === absent) return absent
  if (op === '=') return same(a, b)
  if (op === '!=') return !same(a, b)
  if (kind(a) !== kind(b) || (typeof a === 'object' && a !== null)) return absent
  const order = inOrder(a, b)
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[op] ?? absent
}

export function calculated(op: string, a: Found, b: Found): Found {
  if (op === '||') return typeof a === 'string' && typeof b === 'string' ? `${a}${b}` : absent
  if (typeof a !== 'number' || typeof b !== 'number') return absent
  const result = {
    '+': a + b,
    '-': a - b,
    '*': a * b,
    '/': a / b,
    '%': a % b,
    '&': a & b,
    '|': a | b,
    '^': a ^ b,
  }[op]
  return result !== undefined && Number.isFinite(result) ? result : absent
}

export function logical(op: string, a: Found, b: Found): Found {
  const decisive = op === 'OR'
  if (a === decisive || b === decisive) return decisive
  return a === !decisive && b === !decisive ? !decisive : absent
}

export function negated(value: Found): Found {
  return typeof value === 'boolean' ? !value : absent
}

export function present(values: readonly Found[]): Value[] {
  return values.filter((value): value is Value => value !== absent)
}

/** The values without those that were there before. */
export function distinct<T extends Found>(values: readonly T[]): T[] {
  return values.filter((value, i) => values.findIndex((other) => same(other, value)) === i)
}
