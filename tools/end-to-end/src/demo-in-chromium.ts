/**
 * Everything that `pnpm start` starts, without limits and without data, and a Chromium, for the tests of one file.
 */

import { type Browser, launchBrowser } from '@latchkey/browser'
import { buildApps, type Everything, startEverything } from '@latchkey/start'
import { afterAll, beforeAll } from 'vitest'

/** What tests drive; there from the first test to the last. */
export interface DemoInChromium {
  everything: Everything
  browser: Browser
}

/** Starts both before the tests of the surrounding `describe`, and ends them afterwards. */
export function demoInChromium(): DemoInChromium {
  const running: Partial<DemoInChromium> = {}
  beforeAll(async () => {
    buildApps()
    running.everything = await startEverything({ portBase: 0, data: false, throttling: false })
    running.browser = await launchBrowser()
  })
  afterAll(async () => {
    await running.browser?.close()
    await running.everything?.close()
  })
  return running as DemoInChromium
}
