/**
 * The parameters of a request to an OAuth endpoint.
 */

/** Parameters by name; each stands once. */
export type Parameters = ReadonlyMap<string, string>

const maxFormBytes = 65_536

/** The parameters of a query string; of one that stands twice the last counts for nothing (RFC 6749 section 3.1). */
export function parseParameters(text: string | URLSearchParams): Parameters | undefined {
  const parameters = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (parameters.has(name)) return undefined
    // A parameter without a value is as good as left out.
    if (value !== '') parameters.set(name, value)
  }
  return parameters
}

/** The parameters of a form body: none for another kind of body, `undefined` for one that is too long or doubled. */
export async function readForm(request: Request): Promise<Parameters | undefined> {
  const type = request.headers.get('content-type') ?? ''
  if (!type.toLowerCase().startsWith('application/x-www-form-urlencoded')) return new Map()
  const text = await request.text()
  return text.length > maxFormBytes ? undefined : parseParameters(text)
}

/** The words of a space-separated parameter. */
export function words(value: string | undefined): readonly string[] {
  return [...new Set((value ?? '').split(' ').filter((word) => word !== ''))]
}
