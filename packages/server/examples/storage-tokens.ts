/**
 * A token service of your own: short-lived upload links to a person's own folder of a Blob container.
 *
 * The person comes from a verified session, so the folder cannot be somebody else's; the body is parsed by the schema
 * before `issue` sees it.
 */

import { createHmac } from 'node:crypto'
import type { TokenService, TokenServiceFactory } from '@latchkey/server'
import { z } from 'zod'

/** Where links lead and what signs them. */
export interface UploadLinksOptions {
  readonly baseUrl: string
  readonly signingKey: Uint8Array
}

interface UploadBody {
  readonly file: string
}

/** The service behind `POST /v1/tokens/uploads`. */
export function uploadLinks({ baseUrl, signingKey }: UploadLinksOptions): TokenServiceFactory {
  return ({ clock }) => {
    const service: TokenService<UploadBody> = {
      name: 'uploads',
      summary: "A link that takes one file into the caller's folder for ten minutes",
      request: z.strictObject({ file: z.string().regex(/^[A-Za-z0-9_-]{1,64}\.(png|jpg)$/) }),
      response: z.object({ url: z.url(), expiresOn: z.iso.datetime() }),
      issue: async ({ person, body }) => {
        const expiresOn = new Date(clock.now() + 600_000).toISOString()
        const path = `${person?.id}/${body.file}`
        const signature = createHmac('sha256', signingKey).update(`${path}\n${expiresOn}`).digest('base64url')
        const url = `${baseUrl}/${path}?until=${encodeURIComponent(expiresOn)}&signature=${signature}`
        return { url, expiresOn }
      },
    }
    return service
  }
}
