/**
 * The two names a token is bound to: the tenant and the document.
 */

import { fluidError } from './errors.ts'

/** The longest tenant or document id, in characters. */
export const maxIdLength = 128

// Both become segments of paths inside the service, so nothing that could leave a segment.
const idForm = /^[A-Za-z0-9_-][A-Za-z0-9_.~-]*$/

function isId(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= maxIdLength && idForm.test(value) && !value.includes('..')
  )
}

/**
 * Reads a tenant id.
 *
 * @throws `ERR_FLUID_TENANT`
 */
export function parseTenantId(value: unknown): string {
  if (!isId(value)) throw fluidError('ERR_FLUID_TENANT', 'tenantId must be letters, digits, and _ - . ~ only')
  return value
}

/** @throws `ERR_FLUID_DOCUMENT` for an expected document that is not said: any token would do, or none. */
export function assertDocumentIdGiven(value: unknown): void {
  if (typeof value !== 'string') throw fluidError('ERR_FLUID_DOCUMENT', 'expected.documentId must be a text')
}

/**
 * Reads a document id: `undefined` and `''` both mean a document that does not exist yet.
 *
 * @throws `ERR_FLUID_DOCUMENT` for characters that could leave a path segment, and for more than 128 of any.
 */
export function parseDocumentId(value: unknown): string {
  if (value === undefined || value === '') return ''
  if (!isId(value))
    throw fluidError('ERR_FLUID_DOCUMENT', 'documentId must be letters, digits, and _ - . ~ only')
  return value
}
