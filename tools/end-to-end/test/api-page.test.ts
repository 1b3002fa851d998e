/**
 * The page that describes the API, as people see it.
 */

import {
  type Browser,
  findAccessibilityViolations,
  isChromiumMissing,
  launchBrowser,
} from '@latchkey/browser'
import { buildApps, type Everything, startEverything } from '@latchkey/start'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

describe.skipIf(isChromiumMissing())('/v1/docs, in a real Chromium', () => {
  let everything: Everything
  let browser: Browser

  beforeAll(async () => {
    buildApps()
    everything = await startEverything({ portBase: 0, data: false })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await everything?.close()
  })

  const looks = [
    ['light', 1_280],
    ['dark', 1_280],
    ['dark', 360],
  ] as const

  test.for(looks)('%s, %d wide: readable, and never sideways', async ([colorScheme, width]) => {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } })
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(`${everything.endpoints.api.baseUrl}/v1/docs`)
    const [ink, paper] = await page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.body)
      return [color, backgroundColor].map((text) => Number(/\d+/.exec(text)?.[0]))
    })
    expect(Number(paper) > Number(ink)).toBe(colorScheme === 'light')
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true
    })
    expect(await findAccessibilityViolations(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    )
    expect(complaints).toEqual([])
    const folder = process.env['SCREENSHOTS']
    if (folder) await page.screenshot({ path: `${folder}/api-page-${colorScheme}-${width}.png` })
    await page.close()
  })
})
