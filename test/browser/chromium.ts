import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** The path of the browser. @throws an Error that says how to install one */
export function chromiumPath(): string {
  const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
  if (existsSync(path)) return path
  const message = `There is no browser at ${path}: install one (apt-get install chromium), or say by CHROMIUM_PATH where it is.`
  throw Object.assign(new Error(message), { stack: message })
}

/** Starts the browser with Chromium's `args`. */
export const launch = (args: string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: ['--disable-gpu', ...args] })
