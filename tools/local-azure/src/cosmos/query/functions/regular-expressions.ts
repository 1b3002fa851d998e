/**
 * REGEXMATCH: patterns of Perl's kind, run by JavaScript's engine.
 */

import type { Value } from '../values.ts'

/** Tells whether a pattern matches; `undefined` for one that is invalid, or modifiers other than m, s, i and x. */
export function matchRegex([text, pattern, modifiers = '']: readonly Value[]): Value {
  if (typeof text !== 'string' || typeof pattern !== 'string' || typeof modifiers !== 'string')
    return undefined
  return compile(pattern, modifiers)?.test(text)
}

function compile(pattern: string, modifiers: string): RegExp | undefined {
  if (/[^msix]/.test(modifiers)) return undefined
  const source = translate(modifiers.includes('x') ? withoutBlanks(pattern) : pattern)
  const flags = ['m', 's', 'i'].filter((flag) => modifiers.includes(flag)).join('')
  // By characters if JavaScript can read it so; without `u` it also takes a `{`, `}` or `]` that stands for itself.
  return tryCompile(source, `${flags}u`) ?? tryCompile(source, flags)
}

function tryCompile(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags)
  } catch {
    return undefined
  }
}

const anchors: Readonly<Record<string, string>> = {
  A: '(?<![\\s\\S])',
  z: '(?![\\s\\S])',
  Z: '(?=\\n?(?![\\s\\S]))',
}

// A set ends with the pattern where it is not closed, so that it is read once.
const setsAndEscapes = /\[(?:\\[\s\S]|[^\]\\])*(?:\]|$)|\\[ -~]/g

// Perl lets a backslash stand before any sign to take it literally; JavaScript only before its own. In a set nothing is an
// anchor.
function translate(pattern: string): string {
  return pattern.replace(setsAndEscapes, (part) =>
    part.startsWith('[') ? part.replace(/\\[ -~]/g, literal) : (anchors[part.slice(1)] ?? literal(part)),
  )
}

function literal(escaped: string): string {
  if (/[\w^$\\.*+?()[\]{}|/]/.test(escaped.slice(1))) return escaped
  return `\\x${escaped.charCodeAt(1).toString(16).padStart(2, '0')}`
}

// `x` leaves out blanks and comments, but not behind a backslash or in a set.
function withoutBlanks(pattern: string): string {
  return pattern.replace(
    /(\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*(?:\]|$))|\s+|#[^\n]*/g,
    (_, kept: string = '') => kept,
  )
}
