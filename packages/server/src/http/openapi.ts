/**
 * The OpenAPI 3.1 document, made from the route table and its schemas, so that it cannot say anything else.
 */

import { type DescriptionOptions, describeOperation } from './openapi-operation.ts'
import type { Route } from './route.ts'

/** Describes the routes. */
export function describeRoutes(routes: readonly Route[], options: DescriptionOptions): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeOperation(route, options) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Latchkey', version: '1', summary: 'Sign-in, sessions, roles and short-lived tokens.' },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    // Wherever the document was read from: behind a proxy or on another port, that is where the API is.
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem: problemSchema, Failure: failureSchema },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        cookie: { type: 'apiKey', in: 'cookie', name: options.cookieName },
        csrf: { type: 'apiKey', in: 'header', name: 'x-latchkey', description: 'The constant 1.' },
        functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        functionKeyInQuery: { type: 'apiKey', in: 'query', name: 'code' },
      },
    },
  }
}

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
