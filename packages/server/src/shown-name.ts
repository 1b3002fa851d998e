/**
 * What a person is called before others.
 */

// As in @latchkey/fluid, whose tokens hold no other names: a name that shows nothing cannot be told from none, and half of
// a surrogate pair cannot be said in UTF-8.
const visible = /[^\s\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u
const loneSurrogates = /\p{Surrogate}/gu

const maxCharacters = 128

/** Reads a name: well-formed and at most 128 characters long, or `undefined` where nothing would be seen of it. */
export function readShownName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  // Cut between characters, not inside one.
  const name = Array.from(text.slice(0, 2 * maxCharacters))
    .slice(0, maxCharacters)
    .join('')
  return visible.test(name) ? name.replace(loneSurrogates, '\uFFFD') : undefined
}
