/**
 * Where the Functions host enters: the composition root of the deployed app.
 */

import { createJsonLog } from '@latchkey/server'
import { printUnexpectedError } from './print-unexpected-error.ts'
import { registerFunctions } from './register-functions.ts'
import { readSettings } from './settings.ts'

registerFunctions({
  settings: readSettings(),
  ports: {
    log: createJsonLog((line) => process.stdout.write(line)),
    onUnexpectedError: printUnexpectedError,
  },
})
