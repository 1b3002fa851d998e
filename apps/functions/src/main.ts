/**
 * Where the Functions host enters: the composition root of the deployed app.
 */

import { printUnexpectedError } from './print-unexpected-error.ts'
import { registerFunctions } from './register-functions.ts'
import { readSettings } from './settings.ts'

registerFunctions({
  settings: readSettings(),
  ports: { onUnexpectedError: printUnexpectedError },
})
