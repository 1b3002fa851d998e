/**
 * What is always said, and cannot be turned off (rule E6).
 */

import { marker } from '../host/data-directory.ts'

/** Says on stderr that this is not Azure. */
export function printBanner(): void {
  process.stderr.write(
    `LOCAL AZURE, NOT FOR PRODUCTION: anybody on this machine can sign in as anybody. (${marker})\n`,
  )
}
