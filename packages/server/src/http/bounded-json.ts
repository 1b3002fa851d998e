/**
 * JSON from outside: of bounded depth, every name once in its object, read in time proportional to its length.
 */

import { inputError } from '../errors.ts'

const maxDepth = 20

/** @throws `ERR_SERVER_INPUT` for a text that is not JSON, is nested more than 20 deep or repeats a name. */
export function parseBoundedJson(text: string): unknown {
  // Before parsing, so of any text at all: it says the truth of JSON and something of the rest.
  const tokens = tokensOf(text)
  if (depthOf(tokens) > maxDepth) throw inputError('body', 'The body is nested too deeply')
  // The last one would win here, and perhaps the first one in whatever looked at the request before.
  if (repeatsName(tokens)) throw inputError('body', 'A name appears twice in one object')
  try {
    return JSON.parse(text)
  } catch {
    throw inputError('body', 'The body is not JSON')
  }
}

// Strings with their quotes, and the marks between values; every character is looked at once.
function tokensOf(text: string): readonly string[] {
  const tokens: string[] = []
  for (let at = 0; at < text.length; at += 1) {
    const mark = text.charAt(at)
    if (mark === '"') {
      const end = endOfString(text, at)
      tokens.push(text.slice(at, end + 1))
      at = end
    } else if ('{}[],:'.includes(mark)) tokens.push(mark)
  }
  return tokens
}

function depthOf(tokens: readonly string[]): number {
  let [depth, deepest] = [0, 0]
  for (const token of tokens) {
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

function repeatsName(tokens: readonly string[]): boolean {
  // The names of each open object; an open array has none.
  const open: (Set<string> | undefined)[] = []
  for (const [index, token] of tokens.entries()) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (tokens[index + 1] === ':' && isKnown(open.at(-1), token)) return true
  }
  return false
}

function isKnown(names: Set<string> | undefined, token: string): boolean {
  const name = names && nameIn(token)
  if (!names || name === undefined) return false
  const { size } = names
  return names.add(name).size === size
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

// `"\u0061"` is the name `a` too.
function nameIn(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted))
  } catch {
    return undefined
  }
}
