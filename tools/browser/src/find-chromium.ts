/**
 * Finds a Chromium on this machine.
 */

import { existsSync } from 'node:fs'

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** The path of a Chromium: `CHROMIUM_PATH` when set, else the first of the usual places; `undefined` without one. */
export function findChromium(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  exists: (path: string) => boolean = existsSync,
): string | undefined {
  const named = environment['CHROMIUM_PATH']
  if (named) return named
  return usualPlaces.find(exists)
}

/** Whether browser tests have to be left out, said loudly. With `CI=true` a missing browser is a failure, not a skip. */
export function isChromiumMissing(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  exists: (path: string) => boolean = existsSync,
): boolean {
  if (findChromium(environment, exists)) return false
  const advice = 'No Chromium was found. Install one (Debian: apt-get install chromium) or set CHROMIUM_PATH.'
  if (environment['CI'] === 'true') throw new Error(advice)
  console.warn(`\n*** BROWSER TESTS ARE SKIPPED. ${advice} ***\n`)
  return true
}
