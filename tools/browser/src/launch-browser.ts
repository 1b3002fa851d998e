/**
 * Starts a headless Chromium that stays on this machine.
 */

import { type Browser, chromium } from 'playwright-core'
import { findChromium } from './find-chromium.ts'

// Without these Chromium looks for its maker's hosts at every start.
const quietArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts Chromium. Close it when done. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('No Chromium was found; ask isChromiumMissing() first')
  return await chromium.launch({ executablePath, args: quietArguments })
}
