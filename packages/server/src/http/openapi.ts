/**
 * The OpenAPI 3.1 document, made from the route table and its schemas, so that it cannot say anything else.
 */

import { z } from 'zod'
import type { Access, Route } from './route.ts'

const security: Readonly<Record<Access, readonly object[]>> = {
  open: [],
  navigation: [],
  key: [{ functionKey: [] }, { functionKeyInQuery: [] }],
  guest: [{}, { bearer: [] }, { cookie: [], csrf: [] }],
  person: [{ bearer: [] }, { cookie: [], csrf: [] }],
  admin: [{ bearer: [] }, { cookie: [], csrf: [] }],
  browser: [{ cookie: [], csrf: [] }],
}

/** Describes the routes. */
export function describeRoutes(routes: readonly Route[], serverUrl: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Latchkey', version: '1', summary: 'Sign-in, sessions, roles and short-lived tokens.' },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    servers: [{ url: serverUrl }],
    paths,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        cookie: { type: 'apiKey', in: 'cookie', name: '__Host-latchkey' },
        csrf: { type: 'apiKey', in: 'header', name: 'x-latchkey', description: 'The constant 1.' },
        functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        functionKeyInQuery: { type: 'apiKey', in: 'query', name: 'code' },
      },
    },
  }
}

function describeRoute(route: Route): object {
  const parameters = [
    ...[...route.path.matchAll(/:(\w+)/g)].map((match) => ({
      name: match[1],
      in: 'path',
      required: true,
      schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,128}$' },
    })),
    ...queryParameters(route),
  ]
  const isApi = route.surface === 'api'
  return {
    operationId: `${route.method.toLowerCase()}${route.path.replaceAll(/[^A-Za-z0-9]+(\w)/g, (_all, letter: string) => letter.toUpperCase())}`,
    summary: route.summary,
    tags: [route.surface],
    'x-access': route.access,
    security: security[route.access],
    ...(parameters.length > 0 && { parameters }),
    ...requestBodyOf(route),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, schema]) => [status, describeAnswer(schema)]),
      ),
      default: isApi
        ? { description: 'Failure', content: { 'application/json': { schema: failureSchema } } }
        : { description: 'Problem', content: { 'application/problem+json': { schema: problemReference } } },
    },
  }
}

function requestBodyOf(route: Route): object {
  const schema = route.parameters ?? route.body
  if (!schema || route.method === 'GET') return {}
  const content = { schema: schemaOf(schema, 'input') }
  const form = route.parameters && { 'application/x-www-form-urlencoded': content }
  return { requestBody: { content: { 'application/json': content, ...form } } }
}

function queryParameters(route: Route): readonly object[] {
  const described = route.parameters ?? route.query
  if (!described) return []
  const schema = schemaOf(described, 'input') as {
    readonly properties?: Readonly<Record<string, object>>
    readonly required?: readonly string[]
  }
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: 'query',
    required: schema.required?.includes(name) ?? false,
    schema: property,
  }))
}

function describeAnswer(schema: z.ZodType | undefined): object {
  if (!schema) return { description: 'Success' }
  return { description: 'Success', content: { 'application/json': { schema: schemaOf(schema, 'output') } } }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

const problemReference = { $ref: '#/components/schemas/Problem' }

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'instance', 'correlationId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    correlationId: { type: 'string' },
  },
}

const failureSchema = {
  type: 'object',
  required: ['success', 'error'],
  properties: { success: { const: false }, error: { type: 'string' } },
}
