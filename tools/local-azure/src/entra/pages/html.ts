/**
 * HTML in template strings, with everything that is filled in escaped.
 */

/** Text that is HTML already. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What can be filled into {@link html}. */
export type Filling = string | Html | readonly Html[] | undefined

/** Builds HTML; texts are escaped, nothing is left out but `undefined`. */
export function html(parts: TemplateStringsArray, ...fillings: readonly Filling[]): Html {
  const text = parts.reduce((built, part, index) => built + fill(fillings[index - 1]) + part)
  return new Html(text)
}

function fill(filling: Filling): string {
  if (filling === undefined) return ''
  if (typeof filling === 'string') return escapeHtml(filling)
  return filling instanceof Html ? filling.text : filling.map(({ text }) => text).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}
