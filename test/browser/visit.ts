import { mkdirSync } from 'node:fs'
import type { Browser, BrowserContext, BrowserContextOptions, ConsoleMessage, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, onTestFinished } from 'vitest'
import { launch } from './chromium.ts'
import { Service, type ServiceOptions } from './service.ts'

export type VisitOptions = Pick<BrowserContextOptions, 'locale' | 'colorScheme' | 'viewport'> & {
  /** Runs in each page before its own scripts. */
  before?: () => void
  /** Console messages that the test itself causes. */
  expects?: RegExp[]
}

/** One user's browser: cookies, tabs, and the errors that they report. */
export type Visitor = { context: BrowserContext; page: Page; complaints: readonly string[] }

/** A service and a browser for the tests in a file. */
export function atService({ vars = {}, state }: Pick<ServiceOptions, 'vars'> & { state: 'empty' | 'livedIn' }) {
  let service: Service
  let browser: Browser
  beforeAll(async () => {
    const started = Service.start({ vars, assets: inject('assets'), state: inject('states')[state] })
    ;[service, browser] = await Promise.all([started, launch()])
  })
  afterAll(async () => {
    await browser?.close()
    await service?.close()
  })
  return {
    get service() {
      return service
    },
    get browser() {
      return browser
    },
    /** Opens a separate browser for a test, which must not report any error. */
    async visit(options: VisitOptions = {}): Promise<Visitor> {
      const visitor = await open(browser, service.origin, options)
      onTestFinished(async ({ task }) => {
        if (task.result?.state === 'fail') await keepPictures(visitor, task.name)
        await leave(visitor)
      })
      return visitor
    },
    /** The same for consecutive tests; ended by `leave`. */
    visitForAll: (options: VisitOptions = {}): Promise<Visitor> => open(browser, service.origin, options),
  }
}

async function open(browser: Browser, origin: string, options: VisitOptions): Promise<Visitor> {
  const { before, expects = [], ...rest } = options
  const context = await browser.newContext({ baseURL: origin, locale: 'de-DE', ...rest })
  context.setDefaultTimeout(20_000)
  const complaints: string[] = []
  const complain = (text: string) => {
    if (!expects.some((expected) => expected.test(text))) complaints.push(text)
  }
  const takeBack = (text: string) => {
    const at = complaints.indexOf(text)
    if (at >= 0) complaints.splice(at, 1)
  }
  listen(context, origin, complain, takeBack)
  await context.addInitScript(reportBreaches)
  if (before) await context.addInitScript(before)
  return { context, page: await context.newPage(), complaints }
}

/** Closes a browser, which must not have reported any error. */
export async function leave({ context, complaints }: Visitor): Promise<void> {
  await context.close()
  expect(complaints, 'what the browser complained about').toEqual([])
}

/** Saves screenshots of a failed test's tabs in dist/browser/. */
export async function keepPictures({ context }: Visitor, test: string): Promise<void> {
  mkdirSync('dist/browser', { recursive: true })
  const name = test.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80)
  for (const [at, page] of context.pages().entries()) {
    await page.screenshot({ path: `dist/browser/${name}-${at}.png` }).catch(() => {})
  }
}

/** Collects every error, every violation of the security policy and every request to another host. */
function listen(
  context: BrowserContext,
  origin: string,
  complain: (text: string) => void,
  takeBack: (text: string) => void,
): void {
  const hear = (message: ConsoleMessage) => {
    if (!['error', 'warning'].includes(message.type())) return
    complain(`${message.type()}: ${message.text()} (${message.location().url})`)
  }
  context.on('console', hear)
  context.on('weberror', (error) => complain(`not caught: ${error.error().stack}`))
  context.on('request', (request) => {
    const { origin: host, protocol } = new URL(request.url())
    if (host !== origin && !['data:', 'blob:'].includes(protocol)) complain(`foreign request: ${request.url()}`)
  })
  // What the security policy stops never leaves the browser. It is reported as a request all the same, if the
  // debugger has come to the frame by then, and as a violation, which the page itself reports.
  context.on('requestfailed', (request) => {
    if (request.failure()?.errorText === 'csp') takeBack(`foreign request: ${request.url()}`)
  })
}

function reportBreaches(): void {
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    console.error(`policy broken: ${violatedDirective} by ${blockedURI}`),
  )
}
