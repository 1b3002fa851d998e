/**
 * Route templates as the Functions host understands them: `users/{id:int}/files/{*path}`.
 *
 * Literals match without regard to case; `{name}` takes one segment, `{name?}` one or none, `{*name}` the rest. When
 * several templates match, the more exact one wins, segment by segment: a literal before a constrained parameter before
 * a free one before the rest.
 */

interface Segment {
  readonly kind: 'literal' | 'parameter' | 'rest'
  /** The literal in lower case, or the parameter's name. */
  readonly text: string
  readonly optional: boolean
  readonly accepts?: RegExp
}

const constraints: Readonly<Record<string, RegExp>> = {
  alpha: /^[a-z]+$/i,
  bool: /^(true|false)$/i,
  guid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  int: /^-?\d{1,10}$/,
  long: /^-?\d{1,19}$/,
}

/** A template that can be matched. */
export class RouteTemplate {
  readonly #segments: readonly Segment[]

  constructor(template: string) {
    this.#segments = template
      .split('/')
      .filter((part) => part !== '')
      .map(parseSegment)
  }

  /** A fraction below 1: of two templates that match one path, the more exact has the smaller one. */
  get precedence(): number {
    return Number(`0.${this.#segments.map(rank).join('')}`)
  }

  /** The parameters of a path that is given as decoded segments, or `undefined` when it does not match. */
  match(path: readonly string[]): Record<string, string> | undefined {
    const parameters: Record<string, string> = Object.create(null)
    let at = 0
    for (const segment of this.#segments) {
      const value = segment.kind === 'rest' ? path.slice(at).join('/') : path[at]
      if (value === undefined && segment.optional) continue
      if (value === undefined || !matches(segment, value)) return undefined
      if (segment.kind !== 'literal' && value !== '') parameters[segment.text] = value
      at = segment.kind === 'rest' ? path.length : at + 1
    }
    return at === path.length ? parameters : undefined
  }
}

function matches(segment: Segment, value: string): boolean {
  if (segment.kind === 'literal') return value.toLowerCase() === segment.text
  if (segment.kind === 'rest') return true
  return value !== '' && (segment.accepts?.test(value) ?? true)
}

function rank(segment: Segment): string {
  if (segment.kind === 'literal') return '1'
  if (segment.kind === 'rest') return '4'
  return segment.accepts ? '2' : '3'
}

function parseSegment(part: string): Segment {
  if (!/[{}]/.test(part)) return { kind: 'literal', text: part.toLowerCase(), optional: false }
  const parsed = /^\{(\*{0,2})(\w+)(?::(\w+))?(\?)?\}$/.exec(part)
  if (parsed === null) throw new Error(`The route segment "${part}" is not supported`)
  const [, rest, name = '', constraint, optional] = parsed
  const accepts = constraint === undefined ? undefined : constraints[constraint]
  if (constraint !== undefined && accepts === undefined)
    throw new Error(`The route constraint "${constraint}" is not supported`)
  return {
    kind: rest === '' ? 'parameter' : 'rest',
    text: name,
    optional: optional !== undefined,
    ...(accepts && { accepts }),
  }
}
