/**
 * Reads the environment: once, here and nowhere else.
 */

import { type LatchkeySettings, parseSettings } from '@latchkey/server'

/**
 * The settings of this deployment.
 *
 * @throws LatchkeyError `ERR_SERVER_SETTINGS`, naming every variable that is missing, wrong or weak.
 */
export function readSettings(): LatchkeySettings {
  return parseSettings(process.env, 'functions-host')
}
