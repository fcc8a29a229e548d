import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds on a page, in a line each. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }),
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, any }) => `${id}: ${help}: ${target.join(' ')} ${any[0]?.message ?? ''}`.trim()),
  )
}

/** Why a page scrolls sideways: what sticks out of it. Empty when it does not. */
export const stickingOut = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    const wide = [...document.body.querySelectorAll('*')].filter((element) => {
      const { right, width } = element.getBoundingClientRect()
      return width > 0 && right > clientWidth + 0.5
    })
    const names = wide.slice(0, 5).map((element) => `<${element.localName} class="${element.className}">`)
    return [`${scrollWidth} px in ${clientWidth} px`, ...names]
  })

/** Lets a change of size or theme take effect: charts are drawn anew, and colours have passed over. */
export const settled = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    await nextFrame()
    await nextFrame()
    // Not awaited: Chromium does not always end the transition of what is out of sight.
    for (const animation of document.getAnimations())
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish()
    await nextFrame()
  })
