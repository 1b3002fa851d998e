/**
 * Refuses endpoints and keys that do not belong together, by the rules of connection strings.
 */

import { LatchkeyError, parseConnectionString } from '@latchkey/common'

// Any key will do where there is none: only the endpoint is judged then.
const placeholderKey = 'AAAA'

/**
 * Refuses what is not the origin of a service, and a key of local Azure for anything but this machine.
 *
 * @throws {@link LatchkeyError} `ERR_ENDPOINT`, `ERR_ACCESS_KEY`, `ERR_LOCAL_KEY`.
 */
export function assertServiceEndpoint(endpoint: string, key: string = placeholderKey): void {
  // A semicolon would be read as the end of the field.
  if (typeof endpoint !== 'string' || endpoint.includes(';'))
    throw new LatchkeyError('Invalid endpoint url', { code: 'ERR_ENDPOINT' })
  parseConnectionString(`endpoint=${endpoint};accesskey=${key}`)
}
