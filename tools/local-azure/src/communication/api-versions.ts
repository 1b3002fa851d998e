/**
 * The `api-version` each operation understands.
 *
 * The words of the two refusals are those of the ASP.NET versioning library the service is built with.
 */

import { CommunicationError } from './errors.ts'

/** Every version the identity operations know, oldest first; a preview stands before the stable version it led to. */
export const identityVersions: readonly string[] = [
  '2021-03-07',
  '2021-10-31-preview',
  '2021-11-01',
  '2022-06-01',
  '2022-10-01',
  '2023-08-30-preview',
  '2023-10-01',
  '2025-03-02-preview',
  '2025-04-01-preview',
  '2025-06-30',
  '2026-07-22',
  '2026-09-23',
]

/** The versions that know custom ids and user details: a preview, and by Azure's specifications no stable one after it. */
export const customIdVersions: readonly string[] = ['2025-04-01-preview']

/** The versions of the exchange for Entra users. */
export const entraExchangeVersions: readonly string[] = since('2025-03-02-preview')

/** The versions of the Teams extension. */
export const teamsExtensionVersions: readonly string[] = since('2025-06-30')

/** The versions in which a token's life can be chosen. */
export const tokenExpiryVersions: readonly string[] = since('2022-10-01')

/** The versions of the Teams user exchange. */
export const teamsExchangeVersions: readonly string[] = since('2022-06-01')

/** The versions the chat operations know. */
export const chatVersions: readonly string[] = [
  '2021-03-07',
  '2021-04-05-preview6',
  '2021-09-07',
  '2023-04-01-preview',
  '2023-07-01-preview',
  '2023-11-07',
  '2023-11-15-preview',
  '2024-03-07',
  '2025-03-15',
]

/** The version in which the signaling client asks where real-time notifications are. */
export const realTimeVersions: readonly string[] = ['2024-09-01']

/** The `api-version` of a request, checked. */
export function parseApiVersion(query: URLSearchParams, known: readonly string[]): string {
  const [version, ...more] = query.getAll('api-version')
  const headers = { 'api-supported-versions': known.join(', ') }
  if (!version) {
    const message = 'An API version is required, but was not specified.'
    throw new CommunicationError('ApiVersionUnspecified', message, { headers })
  }
  if (more.length > 0 || !known.includes(version)) {
    const message =
      'The HTTP resource that matches the request URI does not support the requested API version.'
    throw new CommunicationError('UnsupportedApiVersion', message, { headers })
  }
  return version
}

function since(first: string): readonly string[] {
  return identityVersions.slice(identityVersions.indexOf(first))
}
