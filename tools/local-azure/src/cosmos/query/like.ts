/**
 * LIKE: `%` any characters, `_` one, `[a-z]` one of a set, `[^a-z]` one outside it.
 */

type Part = '%' | ((character: string) => boolean)

/** Makes a matcher of a pattern; a `mark` takes the next one literally. */
export function compileLike(pattern: string, mark?: string): (text: string) => boolean {
  const parts = parsePattern([...pattern], mark)
  return (text) => matches([...text], parts)
}

function parsePattern(characters: readonly string[], mark: string | undefined): Part[] {
  const parts: Part[] = []
  for (let i = 0; i < characters.length; i += 1) {
    const character = characters[i] ?? ''
    const close = character === '[' ? characters.indexOf(']', i + 2) : -1
    if (mark !== undefined && character === mark && i + 1 < characters.length) {
      i += 1
      parts.push(exactly(characters[i] ?? ''))
    } else if (character === '%') {
      parts.push('%')
    } else if (character === '_') {
      parts.push(() => true)
    } else if (close > 0) {
      parts.push(parseSet(characters.slice(i + 1, close)))
      i = close
    } else parts.push(exactly(character))
  }
  return parts
}

function exactly(expected: string): (character: string) => boolean {
  return (character) => character === expected
}

function parseSet(characters: readonly string[]): (character: string) => boolean {
  const negated = characters[0] === '^'
  const ranges: [from: string, to: string][] = []
  for (let i = negated ? 1 : 0; i < characters.length; i += 1) {
    const from = characters[i] ?? ''
    const to = characters[i + 1] === '-' ? characters[i + 2] : undefined
    ranges.push([from, to ?? from])
    if (to !== undefined) i += 2
  }
  return (character) => ranges.some(([from, to]) => character >= from && character <= to) !== negated
}

// Goes back to the last `%` only, which is enough, so the work is at most text times pattern.
function matches(text: readonly string[], parts: readonly Part[]): boolean {
  let at = 0
  let part = 0
  let lastPercent = -1
  let resumeAt = 0
  while (at < text.length) {
    const wanted = parts[part]
    if (wanted === '%') {
      lastPercent = part
      part += 1
      resumeAt = at
    } else if (wanted?.(text[at] ?? '')) {
      at += 1
      part += 1
    } else if (lastPercent >= 0) {
      resumeAt += 1
      at = resumeAt
      part = lastPercent + 1
    } else return false
  }
  return parts.slice(part).every((rest) => rest === '%')
}
