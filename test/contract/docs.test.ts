import { expect, inject, test } from 'vitest'

const baseUrl = inject('baseUrl')

test('the docs page is where the front door leads, and all that it loads comes from the service', async () => {
  const page = await fetch(`${baseUrl}/`)
  expect([page.status, new URL(page.url).pathname]).toEqual([200, '/docs'])
  const html = await page.text()
  const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address ?? '')
  expect(addresses).toContain('/docs/swagger-ui/swagger-ui-bundle.js')
  for (const address of addresses) {
    expect(address).toMatch(/^\/[^/]/)
    expect((await fetch(baseUrl + address)).status, address).toBe(200)
  }
  const css = await (await fetch(`${baseUrl}/docs/swagger-ui/swagger-ui.css`)).text()
  expect(css).not.toMatch(/@import|url\(["']?(?!["']?data:)/)
})

test('a strict Content-Security-Policy would not break the docs page: nothing in it is inline', async () => {
  const html = await (await fetch(`${baseUrl}/docs`)).text()
  expect(html.match(/<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son\w+=/g)).toBeNull()
})
