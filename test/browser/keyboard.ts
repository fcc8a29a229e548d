import type { Page } from 'playwright-core'

/** The focused element: its number, its name, and how the focus is made visible. */
type Stop = { name: string; isVisible: boolean; isMarked: boolean }

/** The current focus. `null`: on the page as a whole, or outside of it. */
const stop = (page: Page): Promise<Stop | null> =>
  page.evaluate(() => {
    const focused = document.activeElement
    // A line of a plot is a stop, too.
    if (!(focused instanceof HTMLElement || focused instanceof SVGElement) || focused === document.body) return null
    focused.dataset.tabbed = 'yes'
    const { left, top, width, height } = focused.getBoundingClientRect()
    const seen = document.elementFromPoint(left + width / 2, top + height / 2)
    const cover = seen?.closest('.header, .compare-bar')
    const isCovered = cover != null && !cover.contains(focused)
    // Hidden or clipped controls show the focus on their container.
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
  /** The stops in order. */
  stops: Stop[]
  /** Usable controls that were not reached. */
  missed: string[]
}

/** Walks through a page with a key, from its start to its end, or from the current focus back to its start. */
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

/** The controls that Tab has not reached; one radio button per group is enough. */
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
