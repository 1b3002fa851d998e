/**
 * One route as an operation of the OpenAPI document.
 */

import { z } from 'zod'
import { secretNames } from './parameters.ts'
import type { Access, Route } from './route.ts'
import { failuresOf } from './route-answers.ts'

/** What the document depends on beside the routes. */
export interface DescriptionOptions {
  /** Whether `/api` takes secrets in the query. */
  readonly allowSecretsInQuery: boolean
  /** The name of the session cookie, which is not the same over http on this machine. */
  readonly cookieName: string
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly type?: string }>>
  readonly required?: readonly string[]
}

const byCookie = { cookie: [], csrf: [] }

const security: Readonly<Record<Exclude<Access, 'key'>, readonly object[]>> = {
  open: [],
  navigation: [],
  guest: [{}, { bearer: [] }, byCookie],
  person: [{ bearer: [] }, byCookie],
  admin: [{ bearer: [] }, byCookie],
  browser: [byCookie],
}

/** Describes a route. */
export function describeOperation(route: Route, options: DescriptionOptions): object {
  const parameters = [
    ...pathParameters(route),
    ...queryParameters(route, options),
    ...headerParameters(route),
  ]
  return {
    operationId: operationIdOf(route),
    summary: route.summary,
    tags: [route.surface],
    'x-access': route.access,
    security: securityOf(route),
    ...(parameters.length > 0 && { parameters }),
    ...requestBodyOf(route),
    responses: responsesOf(route),
  }
}

function operationIdOf({ method, path }: Route): string {
  const words = path.replaceAll(/[^A-Za-z0-9]+(\w)/g, (_all, letter: string) => letter.toUpperCase())
  return `${method.toLowerCase()}${words}`
}

function securityOf({ access, takesBearer }: Route): readonly object[] {
  if (access !== 'key') return security[access]
  const keys = [{ functionKey: [] }, { functionKeyInQuery: [] }]
  return takesBearer ? [...keys, ...keys.map((key) => ({ ...key, bearer: [] }))] : keys
}

function pathParameters({ path }: Route): readonly object[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,128}$' },
  }))
}

function queryParameters(route: Route, { allowSecretsInQuery }: DescriptionOptions): readonly object[] {
  const described = route.parameters ?? route.query
  if (!described) return []
  const { properties = {}, required = [] }: ObjectSchema = schemaOf(described, 'input')
  // Where both are taken, a parameter that has to be there may be in the body.
  const isBodyTaken = route.parameters !== undefined && route.method !== 'GET'
  return Object.entries(properties)
    .filter(([name, { type }]) => type !== 'array' && (allowSecretsInQuery || !secretNames.has(name)))
    .map(([name, schema]) => ({
      name,
      in: 'query',
      required: required.includes(name) && !isBodyTaken,
      schema,
    }))
}

function headerParameters({ needsIfMatch }: Route): readonly object[] {
  if (!needsIfMatch) return []
  const description = 'The entity tag of the version to replace, as its GET answered it; `*` for any.'
  return [{ name: 'If-Match', in: 'header', required: true, description, schema: { type: 'string' } }]
}

function requestBodyOf(route: Route): object {
  const schema = route.parameters ?? route.body
  if (!schema || route.method === 'GET') return {}
  const content = { schema: schemaOf(schema, 'input') }
  const form = route.parameters && { 'application/x-www-form-urlencoded': content }
  const required = !route.parameters && !schema.safeParse(undefined).success
  return { requestBody: { required, content: { 'application/json': content, ...form } } }
}

function responsesOf(route: Route): object {
  const responses: Record<string, { readonly description: string; readonly content?: object }> = {}
  for (const [status, answer] of Object.entries(route.answers))
    responses[status] = { description: 'Success', ...headersOf(route), ...contentOf(answer) }
  for (const [status, codes] of failuresOf(route)) {
    const present = responses[status]
    const failure = failureOf(route, codes)
    responses[status] = present
      ? { ...present, content: { ...present.content, ...failure.content } }
      : failure
  }
  return responses
}

function headersOf({ hasEntityTag }: Route): object {
  if (!hasEntityTag) return {}
  const description = 'The entity tag of this version, for If-Match.'
  return { headers: { ETag: { description, schema: { type: 'string' } } } }
}

function contentOf(answer: Route['answers'][number]): { readonly content?: object } {
  if (!answer) return {}
  if (answer === 'html') return { content: htmlContent }
  return { content: { 'application/json': { schema: schemaOf(answer, 'output') } } }
}

const htmlContent = { 'text/html': { schema: { type: 'string' } } }

function failureOf(
  route: Route,
  codes: readonly string[],
): { readonly description: string; readonly content: object } {
  const description = codes.join(', ')
  if (route.surface === 'api')
    return {
      description,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
    }
  const problem = {
    allOf: [{ $ref: '#/components/schemas/Problem' }],
    properties: { code: { enum: codes } },
  }
  const page = route.access === 'navigation' ? htmlContent : {}
  return { description, content: { 'application/problem+json': { schema: problem }, ...page } }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): ObjectSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest as ObjectSchema
}
