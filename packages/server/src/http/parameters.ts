/**
 * Reads what a request carries: limits first, then shape, then meaning.
 */

import type { z } from 'zod'
import { readBounded } from '../bounded-body.ts'
import { inputError, serverError } from '../errors.ts'
import { parseBoundedJson } from './bounded-json.ts'

/** The most a body may hold in bytes, where a route says nothing else. */
const defaultMaxBodyBytes = 16 * 1024

/** Names that are secrets wherever they stand. */
export const secretNames: ReadonlySet<string> = new Set([
  'access_token',
  'accesstoken',
  'auth_token',
  'client_secret',
  'id_token',
  'idtoken',
  'password',
  'refresh_token',
  'refreshtoken',
  'token',
])

/** A query or form as one value for each name. @throws `ERR_SERVER_INPUT` for a name that appears twice. */
export function readPairs(pairs: URLSearchParams): Readonly<Record<string, string>> {
  const query = new Map<string, string>()
  for (const [name, value] of pairs) {
    if (query.has(name)) throw inputError(safeName(name), 'The parameter appears twice')
    query.set(name, value)
  }
  return Object.fromEntries(query)
}

/** Query and body as one. @throws `ERR_SERVER_INPUT` for a name that appears in both. */
export function mergeParameters(
  query: Readonly<Record<string, unknown>>,
  body: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const twice = Object.keys(body).find((name) => Object.hasOwn(query, name))
  if (twice !== undefined) throw inputError(safeName(twice), 'The parameter appears twice')
  return { ...query, ...body }
}

/** @throws `ERR_SERVER_TOKEN_IN_QUERY` when any name in the query is a secret's. */
export function refuseSecretsInQuery(url: URL): void {
  for (const name of url.searchParams.keys())
    if (secretNames.has(name.toLowerCase()))
      throw serverError('ERR_SERVER_TOKEN_IN_QUERY', 'Secrets are not accepted in the query string', {
        parameter: name.toLowerCase(),
      })
}

/** How a body may be. */
export interface BodyRules {
  readonly allowForm: boolean
  /** Default 16 KiB. */
  readonly maxBytes?: number | undefined
}

/** The body as JSON or a form; `undefined` for none. */
export async function readBody(
  request: Request,
  { allowForm, maxBytes = defaultMaxBodyBytes }: BodyRules,
): Promise<unknown> {
  const text = await readText(request, maxBytes)
  if (text === '') return undefined
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (type === 'application/json') return parseBoundedJson(text)
  if (allowForm && type === 'application/x-www-form-urlencoded') return readPairs(new URLSearchParams(text))
  throw serverError('ERR_SERVER_CONTENT_TYPE', 'The content type is not supported')
}

/** Parses with a schema. @throws `ERR_SERVER_INPUT` naming the member. */
export function parseWith<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map(String).join('.')
  // What our own schemas say, word for word; zod's own words may hold what was sent.
  const message = issue?.code === 'custom' ? issue.message : 'is missing or not valid'
  throw inputError(safeName(path === '' ? 'body' : path), message)
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const { body, headers } = request
  if (!body) return ''
  if (headers.has('content-encoding'))
    throw serverError('ERR_SERVER_CONTENT_TYPE', 'The content encoding is not supported')
  const isStatedTooLong = Number(headers.get('content-length') ?? 0) > maxBytes
  const bytes = isStatedTooLong ? undefined : await readBounded(body, maxBytes)
  if (!bytes) throw serverError('ERR_SERVER_BODY_TOO_LARGE', 'The body is too large')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw inputError('body', 'The body is not UTF-8')
  }
}

// A name comes back in the answer and into logs, so it is cut to what a name can be.
function safeName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_.-]/g, '').slice(0, 64)
}
