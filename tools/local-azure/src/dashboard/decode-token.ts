/**
 * What a token says, for reading only; nothing here proves anything.
 */

/** One readable part of a token. */
export interface TokenPart {
  readonly title: string
  readonly text: string
}

/** Takes a token apart: a JSON Web Token, or the fields of a Cosmos resource token. */
export function decodeToken(token: string): readonly TokenPart[] {
  const [header, payload, signature] = token.split('.')
  const head = readJson(header)
  const claims = readJson(payload)
  if (head !== undefined && claims !== undefined && signature !== undefined) {
    return [
      { title: 'Header', text: JSON.stringify(head, null, 2) },
      { title: 'Claims', text: withInstants(JSON.stringify(claims, null, 2)) },
    ]
  }
  const fields = token.startsWith('type=') ? [...new URLSearchParams(token)] : []
  if (fields.length === 0) return []
  return [{ title: 'Fields', text: fields.map(([name, value]) => `${name}: ${value}`).join('\n') }]
}

function readJson(segment: string | undefined): unknown {
  if (segment === undefined || segment === '') return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString())
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

// A number of seconds means nothing to a reader.
function withInstants(json: string): string {
  return json.replaceAll(
    /^(\s*"(?:iat|exp|nbf|auth_time)": )(\d{9,10})(,?)$/gm,
    (_line, name, seconds, comma) => {
      const iso = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
      return `${String(name)}${String(seconds)}${String(comma)}  // ${iso.replace('T', ' ')}`
    },
  )
}
