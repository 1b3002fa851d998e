/**
 * Where the Functions host enters: the composition root of the deployed app.
 */

import { registerFunctions } from './register-functions.ts'
import { readSettings } from './settings.ts'

registerFunctions({ settings: readSettings() })
