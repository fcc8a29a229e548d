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

/** Pixels by which two texts may meet: letters do not fill their lines. */
const meetingMax = 2

/**
 * Texts of a page that lie over each other, in pairs: none of both can be read. What lies behind an open dialog, or
 * under something that stays in place or opens over the page, is meant to be covered.
 */
export const overlappingTexts = (page: Page): Promise<string[]> =>
  page.evaluate((max) => {
    type Text = { said: string; of: Element; layer: Element | null; lines: DOMRect[] }

    /** What an element is in that lies over the page by design, if anything. */
    function layerOf(element: Element | null): Element | null {
      for (let at = element; at !== null; at = at.parentElement) {
        const { position, zIndex } = getComputedStyle(at)
        if (position === 'fixed' || position === 'sticky') return at
        if (position === 'absolute' && zIndex !== 'auto') return at
      }
      return null
    }

    /** What is left of a line of text by everything around it that cuts off. */
    function visiblePart(line: DOMRect, of: Element): DOMRect {
      let { left, top, right, bottom } = line
      for (let at: Element | null = of; at !== null && at !== document.body; at = at.parentElement) {
        const { overflowX, overflowY, clipPath } = getComputedStyle(at)
        const box = at.getBoundingClientRect()
        if (clipPath !== 'none') return new DOMRect()
        if (overflowX !== 'visible') [left, right] = [Math.max(left, box.left), Math.min(right, box.right)]
        if (overflowY !== 'visible') [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)]
      }
      return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top))
    }

    /** Whether more is to be read in an element than its nodes say. */
    const saysMore = (of: Element) =>
      ['::before', '::after'].some((part) => /"[^"]*\p{L}/u.test(getComputedStyle(of, part).content))

    /** Where a text is: its lines, or the ground that it has for itself, as a badge has. */
    function placeOf(node: Node, of: Element): DOMRect[] {
      const { display, backgroundColor } = getComputedStyle(of)
      if (saysMore(of)) return [of.getBoundingClientRect()]
      if (display.startsWith('inline') && backgroundColor !== 'rgba(0, 0, 0, 0)') return [...of.getClientRects()]
      const range = document.createRange()
      range.selectNodeContents(node)
      return [...range.getClientRects()]
    }

    function textsIn(root: Element): Text[] {
      const texts: Text[] = []
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const of = node.parentElement
        const said = node.nodeValue?.trim() ?? ''
        if (of === null || said === '' || !of.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
          continue
        const lines = placeOf(node, of).map((line) => visiblePart(line, of))
        texts.push({
          said,
          of,
          layer: layerOf(of),
          lines: lines.filter(({ width, height }) => width > 0 && height > 0),
        })
      }
      return texts
    }

    const meet = (a: DOMRect, b: DOMRect) =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > max &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > max
    const overlap = (a: Text, b: Text) =>
      a.layer === b.layer &&
      !a.of.contains(b.of) &&
      !b.of.contains(a.of) &&
      a.lines.some((line) => b.lines.some((other) => meet(line, other)))

    const texts = textsIn(document.querySelector('dialog[open]') ?? document.body)
    return texts.flatMap((a, at) =>
      texts
        .slice(at + 1)
        .filter((b) => overlap(a, b))
        .map((b) => `“${a.said}” and “${b.said}” overlap`),
    )
  }, meetingMax)

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
