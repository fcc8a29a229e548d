import { expect, inject, test } from 'vitest'

const baseUrl = inject('baseUrl')

/** The addresses that a page loads, from its document. */
async function addressesIn(path: string): Promise<string[]> {
  const page = await fetch(baseUrl + path)
  expect(page.status).toBe(200)
  return [...(await page.text()).matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address ?? '')
}

test('the docs page loads only from the service', async () => {
  const addresses = await addressesIn('/docs')
  expect(addresses).toContain('/docs/swagger-ui/swagger-ui-bundle.js')
  for (const address of addresses) {
    expect(address).toMatch(/^\/($|[^/])/)
    expect((await fetch(baseUrl + address)).status, address).toBe(200)
  }
  const css = await (await fetch(`${baseUrl}/docs/swagger-ui/swagger-ui.css`)).text()
  expect(css).not.toMatch(/@import|url\(["']?(?!["']?data:)/)
})

test('the root path is the dashboard, which loads only from the service', async () => {
  const addresses = await addressesIn('/')
  expect(addresses).toContain('/theme.js')
  for (const address of addresses) {
    expect(address).toMatch(/^\/($|[^/])/)
    expect((await fetch(baseUrl + address)).status, address).toBe(200)
  }
})

test.each(['/jobs', '/jobs/new', '/jobs/some-id', '/compare?job=a&job=b', '/models', '/dataset', '/ocr'])(
  '%s is a page of the dashboard: a link to it can be sent',
  async (path) => {
    const [front, page] = await Promise.all([fetch(`${baseUrl}/`), fetch(baseUrl + path)])
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await page.text()).toBe(await front.text())
  },
)

test.each(['/', '/docs'])(
  'a strict Content-Security-Policy would not break %s: nothing in it is inline',
  async (path) => {
    const html = await (await fetch(baseUrl + path)).text()
    expect(html.match(/<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son\w+=/g)).toBeNull()
  },
)
