/**
 * Tokens for live documents in a Fluid relay.
 *
 * @module
 */

import { createFluidTokenSigner, type FluidScope } from '@latchkey/fluid'
import { z } from 'zod'
import { serverError } from '../errors.ts'
import { assertFunction, assertObject, assertWhole } from '../given.ts'
import type { Person } from '../person.ts'
import type { TokenService, TokenServiceFactory } from './token-service.ts'

/** What a person may do with a document: nothing, read it, or change it. */
export type DocumentAccess = 'none' | 'read' | 'write'

/** How tokens are issued. */
export interface FluidTokensOptions {
  /**
   * Decides what a person may do with a document; without a document, whether they may create one (`write`). Required,
   * because only the app knows who may open what.
   */
  readonly mayOpen: (
    person: Person,
    documentId: string | undefined,
  ) => DocumentAccess | Promise<DocumentAccess>
  /** 1 to 3,600. Default 3,600. */
  readonly lifetimeSeconds?: number
}

interface FluidBody {
  readonly documentId?: string | undefined
}

const scopesOf: Readonly<Record<Exclude<DocumentAccess, 'none'>, readonly FluidScope[]>> = {
  read: ['doc:read'],
  write: ['doc:read', 'doc:write', 'summary:write'],
}

/**
 * The service behind `POST /v1/tokens/fluid`.
 *
 * @throws `ERR_SERVER_SETTINGS` without `mayOpen`, and, when the server starts, without settings for a relay.
 */
export function fluidTokens(options: FluidTokensOptions): TokenServiceFactory {
  assertObject(options, 'options', 'an object with mayOpen')
  assertFunction(options.mayOpen, 'options.mayOpen')
  if (options.lifetimeSeconds !== undefined)
    assertWhole(options.lifetimeSeconds, 'options.lifetimeSeconds', 1, 3_600)
  return ({ settings, clock, random }) => {
    const { fluid } = settings
    if (!fluid)
      throw serverError('ERR_SERVER_SETTINGS', 'LATCHKEY_FLUID_ENDPOINT is not set', {
        variable: 'LATCHKEY_FLUID_ENDPOINT',
      })
    const signer = createFluidTokenSigner({
      tenantId: fluid.tenantId,
      keys: { primary: fluid.primaryKey, ...(fluid.secondaryKey && { secondary: fluid.secondaryKey }) },
      clock,
      makeTokenId: () => random.uuid(),
    })
    const service: TokenService<FluidBody | undefined> = {
      name: 'fluid',
      summary: 'A token for one live document; without a document, for making one',
      request: z
        .strictObject({
          documentId: z
            .string()
            .regex(/^[A-Za-z0-9_-]{1,128}$/)
            .optional(),
        })
        .optional(),
      response: z.object({
        token: z.string(),
        expiresOn: z.iso.datetime(),
        tenantId: z.string(),
        endpoint: z.string(),
        user: z.object({ id: z.string(), name: z.string() }),
      }),
      issue: async ({ person, body }) => {
        if (!person) throw serverError('ERR_SERVER_UNAUTHENTICATED', 'Sign in first')
        const documentId = body?.documentId
        const access = await options.mayOpen(person, documentId)
        if (access === 'none' || (documentId === undefined && access !== 'write'))
          throw serverError('ERR_SERVER_FORBIDDEN', 'Not allowed')
        const user = { id: person.id, name: person.name }
        const { token, expiresOn } = signer.sign({
          ...(documentId !== undefined && { documentId }),
          scopes: scopesOf[access],
          user,
          ...(options.lifetimeSeconds !== undefined && { lifetimeSeconds: options.lifetimeSeconds }),
        })
        return {
          token,
          expiresOn: expiresOn.toISOString(),
          tenantId: fluid.tenantId,
          endpoint: fluid.endpoint,
          user,
        }
      },
    }
    return service
  }
}
