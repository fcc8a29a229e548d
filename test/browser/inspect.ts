import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** The findings of axe on a page, one per line. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }),
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, any }) => `${id}: ${help}: ${target.join(' ')} ${any[0]?.message ?? ''}`.trim()),
  )
}

/** The elements that make a page scroll sideways; empty if it does not. */
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

/** Pixels by which two texts may overlap: letters do not fill their lines. */
const meetingMax = 2

/**
 * Pairs of overlapping texts on a page, which makes both unreadable. Text behind an open dialog, a sticky element or a
 * popover is covered by design.
 */
export const overlappingTexts = (page: Page): Promise<string[]> =>
  page.evaluate((max) => {
    type Text = { said: string; of: Element; layer: Element | null; lines: DOMRect[] }

    /** The closest ancestor that lies over the page by design, if any. */
    function layerOf(element: Element | null): Element | null {
      for (let at = element; at !== null; at = at.parentElement) {
        const { position, zIndex } = getComputedStyle(at)
        if (position === 'fixed' || position === 'sticky') return at
        if (position === 'absolute' && zIndex !== 'auto') return at
      }
      return null
    }

    /** The part of a line of text that is not clipped by its ancestors. */
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

    /** Whether an element has generated text in addition to its nodes. */
    const saysMore = (of: Element) =>
      ['::before', '::after'].some((part) => /"[^"]*\p{L}/u.test(getComputedStyle(of, part).content))

    /** The boxes of a text: its lines, or its own background, like a badge's. */
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

/** Waits until a change of size or theme has taken effect: charts are redrawn and colour transitions have ended. */
export const settled = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    await nextFrame()
    await nextFrame()
    // Not awaited: Chromium does not always end the transitions of elements outside the viewport.
    for (const animation of document.getAnimations())
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish()
    await nextFrame()
  })
