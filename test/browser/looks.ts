import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { axeFindings, overlappingTexts, settled, stickingOut } from './inspect.ts'

const pictures = 'dist/screenshots'
mkdirSync(pictures, { recursive: true })
const sizes = [
  { width: 1440, height: 900, tall: 4_000 },
  { width: 360, height: 740, tall: 9_000 },
]
const themes = ['light', 'dark'] as const

/**
 * Inspects a page in both themes, wide and narrow.
 *
 * @param tall whether the window has the height of the page, parts of which are mounted only in view
 * @returns the findings by variant
 */
export async function inspect(
  page: Page,
  name: string,
  fullPage: boolean,
  tall = false,
): Promise<Record<string, string[]>> {
  const wrong: Record<string, string[]> = {}
  for (const { tall: whole, ...viewport } of sizes) {
    await page.setViewportSize(tall ? { ...viewport, height: whole } : viewport)
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme })
      await settled(page)
      const look = `${name}-${viewport.width}-${colorScheme}`
      await page.screenshot({ path: `${pictures}/${look}.png`, fullPage })
      const found = [...(await axeFindings(page)), ...(await stickingOut(page)), ...(await overlappingTexts(page))]
      if (found.length > 0) wrong[look] = found
    }
  }
  return wrong
}
