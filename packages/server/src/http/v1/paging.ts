/**
 * Lists a page at a time: `{ value, nextLink }`.
 */

import { z } from 'zod'
import type { Parts } from '../../parts.ts'

/** What every list takes. */
export interface PageQuery {
  readonly pageSize: number
  readonly next?: string
}

const fields = {
  pageSize: z.coerce.number().int().min(1).max(999).default(100),
  next: z
    .string()
    .max(8_192)
    .regex(/^[A-Za-z0-9_-]+$/)
    .exactOptional(),
}

/** Page size and where to go on. */
export const pageQuery: z.ZodType<PageQuery> = z.strictObject(fields)

/** The same with the person a list is about. */
export const subjectPageQuery: z.ZodType<PageQuery & { readonly subject?: string }> = z.strictObject({
  ...fields,
  subject: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,128}$/)
    .exactOptional(),
})

/** The link to the next page, if there is one. */
export function nextLinkOf(
  parts: Parts,
  path: string,
  query: PageQuery & { readonly subject?: string },
  next: string | undefined,
): { readonly nextLink?: string } {
  if (next === undefined) return {}
  const url = new URL(`${parts.settings.publicUrl}${path}`)
  url.searchParams.set('pageSize', String(query.pageSize))
  if (query.subject !== undefined) url.searchParams.set('subject', query.subject)
  url.searchParams.set('next', next)
  return { nextLink: url.href }
}
