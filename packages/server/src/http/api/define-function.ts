/**
 * A function of the original API: reached by its name under /api, by GET and POST or by POST alone, with parameters from
 * the query, a JSON body or a form.
 */

import { z } from 'zod'
import { inputError, type ServerErrorCode } from '../../errors.ts'
import { readBearer } from '../bearer.ts'
import { mergeParameters, parseWith } from '../parameters.ts'
import type { LimitName } from '../rate-limit.ts'
import { defineRoute, type Route, type RouteRequest } from '../route.ts'
import { type AdminCredentials, requireAdmin } from './admin.ts'
import { inTheWordsOf, isBlank, readCredential } from './credential.ts'

/** What a function declares. */
export interface FunctionDefinition<Input> {
  readonly name: string
  readonly methods: readonly ('GET' | 'POST')[]
  readonly limit: LimitName
  readonly summary: string
  /** The most the body may hold. Default 16 KiB. */
  readonly maxBodyBytes?: number
  readonly input: z.ZodType<Input>
  /** Parameters that have to be there, with what is said when one is not. */
  readonly required?: { readonly [Name in keyof Input & string]?: string }
  /** Whether a bearer token counts too. */
  readonly takesBearer?: boolean
  /** Which of its parameters tell the admin it is for; absent where it is for everybody with the key. */
  readonly adminBy?: (input: Input) => AdminCredentials
  readonly answer: z.ZodType
  /** What it can fail with beside bad parameters and bad credentials. */
  readonly errors?: readonly ServerErrorCode[]
  handle(request: FunctionRequest, input: Input): Promise<Response>
}

/** What a function is given beside its parameters. */
export interface FunctionRequest extends Omit<RouteRequest<undefined, undefined>, 'body' | 'query'> {
  /** The bearer token, where it counts. */
  readonly bearer: string | undefined
}

type Parameters = Readonly<Record<string, unknown>>

/** Makes the routes of a function, one for each method. */
export function defineFunction<Input>(definition: FunctionDefinition<Input>): readonly Route[] {
  const { name, methods, limit, summary, input, answer, maxBodyBytes, adminBy, errors = [] } = definition
  return methods.map((method) =>
    defineRoute<Parameters | undefined, Parameters>('api', {
      method,
      path: `/api/${name}`,
      access: 'key',
      limit,
      summary,
      ...(maxBodyBytes !== undefined && { maxBodyBytes }),
      body: z.record(z.string(), z.unknown()).optional(),
      query: z.record(z.string(), z.unknown()),
      parameters: input.meta({ required: Object.keys(definition.required ?? {}) }),
      takesBearer: definition.takesBearer ?? false,
      answers: { 200: answer },
      errors: ['ERR_SERVER_GRANT', ...(adminBy ? (['ERR_SERVER_FORBIDDEN'] as const) : []), ...errors],
      handle: (request) => callFunction(definition, request),
    }),
  )
}

async function callFunction<Input>(
  { input, required = {}, takesBearer, adminBy, handle }: FunctionDefinition<Input>,
  request: RouteRequest<Parameters | undefined, Parameters>,
): Promise<Response> {
  const { parts, context } = request
  // The function key is not a parameter of the function.
  const { code: _code, ...query } = request.query
  const parameters = mergeParameters(query, request.body)
  const credential = readCredential(request.request, parameters)
  const parsed = parseWith(input, parameters)
  const bearer = takesBearer ? readBearer(request.request) : undefined
  try {
    // Who may not is not told what else is wrong.
    const person = adminBy ? await requireAdmin(parts, context, adminBy(parsed)) : undefined
    for (const [parameter, text] of Object.entries<string | undefined>(required))
      if (text !== undefined && isBlank(parameters[parameter])) throw inputError(parameter, text)
    return await handle({ ...request, person, bearer }, parsed)
  } catch (error) {
    throw inTheWordsOf(credential, error)
  }
}

/** An optional text parameter; an empty one counts as absent, as in the original. */
export function optionalText(most = 8_192): z.ZodType<string | undefined> {
  return z
    .string()
    .max(most)
    .optional()
    .transform((text) => (text === undefined || text.trim() === '' ? undefined : text))
}
