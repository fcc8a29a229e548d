import type { Locator, Page } from 'playwright-core'
import type { Token } from './service.ts'
import { t } from './texts.ts'

/** The sign-in dialog. */
export const signInDialog = (page: Page): Locator => page.getByRole('dialog', { name: t('session.title') })

/** Types a token into the sign-in dialog that is there, and sends it. */
export async function enterToken(page: Page, { token }: Pick<Token, 'token'>): Promise<void> {
  const dialog = signInDialog(page)
  await dialog.getByLabel(t('session.token')).fill(token)
  await dialog.getByRole('button', { name: t('session.signIn') }).click()
  await dialog.waitFor({ state: 'hidden' })
}

/** Goes to an address, and signs in on it. */
export async function signInAt(page: Page, path: string, token: Token): Promise<void> {
  await page.goto(path)
  await enterToken(page, token)
}

/** The main heading of the page that is shown. */
export const heading = (page: Page, name: string): Locator => page.getByRole('heading', { level: 1, name, exact: true })

/** Waits until something is to be seen. */
export const seen = (what: Locator): Promise<void> => what.waitFor()

/** Where a job stands, as its track tells those who do not see it. */
export const stateOf = (page: Page, name: string): Promise<string | null> =>
  page.getByRole('progressbar', { name: t('common.progressOf', { name }), exact: true }).getAttribute('aria-valuetext')

/** What a control is described by, for those who do not see it. */
export const descriptionOf = (control: Locator): Promise<string> =>
  control.evaluate((element) =>
    (element.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' '),
  )

/** How many points a chart shows, as it tells those who do not see it. */
export const pointsOf = async (chart: Locator): Promise<number> =>
  Number(await chart.getByRole('slider').getAttribute('aria-valuemax')) + 1
