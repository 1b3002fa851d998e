import { describe, expect, test } from 'vitest'
import { findAccessibilityViolations, findChromium, isChromiumMissing, launchBrowser } from '../src/index.ts'

describe('findChromium', () => {
  const nothing = (): boolean => false

  test('prefers CHROMIUM_PATH to the usual places', () => {
    expect(findChromium({ CHROMIUM_PATH: '/opt/chromium' }, () => true)).toBe('/opt/chromium')
  })
  test('finds Google Chrome where there is no Chromium', () => {
    expect(findChromium({}, (path) => path === '/usr/bin/google-chrome')).toBe('/usr/bin/google-chrome')
  })
  test('answers undefined on a machine without one', () => {
    expect(findChromium({}, nothing)).toBeUndefined()
  })
  test('a missing browser is a failure in CI and a skip elsewhere', () => {
    expect(() => isChromiumMissing({ CI: 'true' }, nothing)).toThrow('No Chromium was found')
    expect(isChromiumMissing({}, nothing)).toBe(true)
  })
})

describe.skipIf(isChromiumMissing())('launchBrowser', () => {
  test('starts a Chromium in which axe finds a button without a name', async () => {
    const browser = await launchBrowser()
    try {
      const page = await browser.newPage()
      await page.setContent('<html lang="en"><title>t</title><main><h1>t</h1><button></button></main></html>')
      expect(await findAccessibilityViolations(page)).toEqual([expect.stringContaining('button-name')])
      await page.setContent(
        '<html lang="en"><title>t</title><main><h1>t</h1><button>Go</button></main></html>',
      )
      expect(await findAccessibilityViolations(page)).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
