/**
 * Questions about a text that ends up before people's eyes or in people's programs.
 */

// Default ignorable: what counts as a letter or a mark and still shows nothing, such as a Hangul filler. And an empty
// Braille cell.
const visible = /[^\s\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u

/** Checks whether a text shows nothing: empty, or only spaces and invisible characters. */
export function isBlank(text: string): boolean {
  return !visible.test(text)
}

/** Checks whether a text has no half of a surrogate pair, which UTF-8 cannot say. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}

/**
 * Checks whether a JSON text has a member whose name reaches a prototype when it is merged carelessly.
 *
 * @param json - As JSON.stringify writes it, which leaves the letters of a name as they are.
 */
export function holdsPrototypeKey(json: string): boolean {
  // A cheap look first; the names in question hardly ever occur, not even as values.
  if (!json.includes('proto') && !json.includes('constructor')) return false
  let isFound = false
  JSON.parse(json, (name, value: unknown) => {
    if (name === '__proto__' || name === 'constructor' || name === 'prototype') isFound = true
    return value
  })
  return isFound
}
