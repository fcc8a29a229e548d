import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch } from './chromium.ts'
import { overlappingTexts } from './inspect.ts'

let page: Page
beforeAll(async () => {
  page = await (await launch()).newPage()
})
afterAll(() => page.context().browser()?.close())

const overlaps = async (html: string) => {
  await page.setContent(`<!doctype html><style>p { position: absolute; margin: 0 }</style>${html}`)
  return overlappingTexts(page)
}

test('a text that overlaps another is reported', async () => {
  expect(await overlaps('<p>unten</p><p>oben</p>')).toEqual(['“unten” and “oben” overlap'])
})

test('a badge that runs under its neighbour is reported, even if only its background does', async () => {
  const badge = (left: number) =>
    `<p style="left: ${left}px"><span style="background: #eee; padding: 0 20px">Abgeschlossen</span></p>`
  expect(await overlaps(badge(0) + badge(110))).toHaveLength(1)
  expect(await overlaps(badge(0) + badge(300))).toEqual([])
})

test('a label that CSS puts in front of a value is part of it', async () => {
  const style = '<style>b::before { content: "Verlust " }</style>'
  expect(await overlaps(`${style}<p>Wartet</p><p style="left: 20px"><b>0,1</b></p>`)).toHaveLength(1)
})

test('clipped and hidden text, and text behind a dialog or a sticky bar, is no overlap', async () => {
  const words = '<p>unten</p>'
  expect(await overlaps(`${words}<div style="width: 0; overflow: hidden"><span>oben</span></div>`)).toEqual([])
  expect(await overlaps(`${words}<p style="clip-path: inset(50%)">oben</p>`)).toEqual([])
  expect(await overlaps(`${words}<p style="visibility: hidden">oben</p>`)).toEqual([])
  expect(await overlaps(`${words}<header style="position: fixed; top: 0">oben</header>`)).toEqual([])
  expect(await overlaps(`${words}<p>unten</p><dialog open>oben</dialog>`)).toEqual([])
})
