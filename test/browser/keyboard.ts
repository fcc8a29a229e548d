import type { Page } from 'playwright-core'

/** What has the focus: told apart by a number, with its name and how the focus is to be seen. */
type Stop = { name: string; isVisible: boolean; isMarked: boolean }

/** Where the focus is now. `null`: on the page as a whole, or outside of it. */
const stop = (page: Page): Promise<Stop | null> =>
  page.evaluate(() => {
    const focused = document.activeElement
    if (!(focused instanceof HTMLElement) || focused === document.body) return null
    focused.dataset.tabbed = 'yes'
    const { left, top, width, height } = focused.getBoundingClientRect()
    const seen = document.elementFromPoint(left + width / 2, top + height / 2)
    const cover = seen?.closest('.header, .compare-bar')
    const isCovered = cover != null && !cover.contains(focused)
    // Some show it on what they stand in, since they are hidden themselves or cut off by it.
    const bearers = [focused, focused.closest('label'), focused.parentElement].filter((one) => one !== null)
    const isMarked = bearers.some((bearer) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(bearer)
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
    })
    const said = focused.getAttribute('aria-label') ?? focused.textContent ?? ''
    const isVisible = width > 0 && height > 0 && !isCovered
    return { name: `${focused.localName} ${said.trim().slice(0, 40)}`, isVisible, isMarked }
  })

export type Walk = {
  /** Each stop in order. */
  stops: Stop[]
  /** What can be used and was not come by. */
  missed: string[]
}

/** Goes through a page by a key, from its beginning to its end, or from where the focus left it to its beginning. */
export async function tabThrough(page: Page, key: 'Tab' | 'Shift+Tab' = 'Tab', max = 400): Promise<Walk> {
  const stops: Stop[] = []
  await page.evaluate(() => {
    for (const element of document.querySelectorAll('[data-tabbed]')) element.removeAttribute('data-tabbed')
    getSelection()?.removeAllRanges()
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  })
  for (let pressed = 0; pressed < max; pressed++) {
    await page.keyboard.press(key)
    const next = await stop(page)
    if (next === null) return { stops, missed: await missed(page) }
    stops.push(next)
  }
  throw new Error(`${key} does not come to the end of the page: ${JSON.stringify(stops.slice(-3))}`)
}

/** The controls that Tab has not come by; of radio buttons one of a group is enough. */
const missed = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const usable = 'a[href], button, input, select, textarea, summary, [tabindex="0"]'
    const isShown = (element: HTMLElement) => element.checkVisibility() && !element.closest('[inert]')
    return [...document.querySelectorAll<HTMLElement>(usable)]
      .filter((element) => isShown(element) && !element.matches(':disabled, [tabindex="-1"]'))
      .filter((element) => element.dataset.tabbed !== 'yes')
      .filter((element) => !(element instanceof HTMLInputElement && element.type === 'radio' && !element.checked))
      .map((element) => element.outerHTML.slice(0, 120))
  })
