/**
 * A real Chromium for the tests.
 *
 * @module
 */

export type { Browser, BrowserContext, Page } from 'playwright-core'
export { findAccessibilityViolations } from './accessibility.ts'
export { findChromium, isChromiumMissing } from './find-chromium.ts'
export { launchBrowser } from './launch-browser.ts'
