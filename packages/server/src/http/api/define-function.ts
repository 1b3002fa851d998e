/**
 * A function of the original API: reached by its name under /api, by GET and POST or by POST alone, with parameters from
 * the query, a JSON body or a form.
 */

import { z } from 'zod'
import { serverError } from '../../errors.ts'
import { readBearer } from '../bearer.ts'
import { mergeParameters, parseWith } from '../parameters.ts'
import type { LimitName } from '../rate-limit.ts'
import { defineRoute, type Route, type RouteRequest } from '../route.ts'

/** What a function declares. */
export interface FunctionDefinition<Input> {
  readonly name: string
  readonly methods: readonly ('GET' | 'POST')[]
  readonly limit: LimitName
  readonly summary: string
  /** The most the body may hold. Default 16 KiB. */
  readonly maxBodyBytes?: number
  readonly input: z.ZodType<Input>
  readonly answer: z.ZodType
  handle(request: Omit<RouteRequest<undefined, undefined>, 'body' | 'query'>, input: Input): Promise<Response>
}

/** Makes the routes of a function, one for each method. */
export function defineFunction<Input>(definition: FunctionDefinition<Input>): readonly Route[] {
  const { name, methods, limit, summary, input, answer, maxBodyBytes } = definition
  return methods.map((method) =>
    defineRoute<Readonly<Record<string, unknown>> | undefined, Readonly<Record<string, unknown>>>('api', {
      method,
      path: `/api/${name}`,
      access: 'key',
      limit,
      summary,
      ...(maxBodyBytes !== undefined && { maxBodyBytes }),
      body: z.record(z.string(), z.unknown()).optional(),
      query: z.record(z.string(), z.unknown()),
      parameters: input,
      answers: { 200: answer },
      handle: (request) => {
        // The function key is not a parameter of the function.
        const { code: _code, ...query } = request.query
        const parameters = mergeParameters(query, request.body)
        refuseDoubtfulCredentials(request.request, parameters)
        return definition.handle(request, parseWith(input, parameters))
      },
    }),
  )
}

const credentialNames = ['auth_token', 'refresh_token', 'id_token', 'password']

// With two of them, which one counts would depend on the function; one that is no bearer token counts nowhere.
function refuseDoubtfulCredentials(request: Request, parameters: Readonly<Record<string, unknown>>): void {
  const named = credentialNames.filter((name) => String(parameters[name] ?? '').trim() !== '')
  if (named.length + Number(request.headers.has('authorization')) > 1)
    throw serverError('ERR_SERVER_CREDENTIALS_TWICE', 'More than one credential in one request')
  readBearer(request)
}

/** An optional text parameter; an empty one counts as absent, as in the original. */
export function optionalText(most = 8_192): z.ZodType<string | undefined> {
  return z
    .string()
    .max(most)
    .optional()
    .transform((text) => (text === undefined || text.trim() === '' ? undefined : text))
}
