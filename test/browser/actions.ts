import type { Locator, Page } from 'playwright-core'
import type { Token } from './service.ts'
import { t } from './texts.ts'

/** The sign-in dialog. */
export const signInDialog = (page: Page): Locator => page.getByRole('dialog', { name: t('session.title') })

/** Enters a token in the open sign-in dialog and submits it. */
export async function enterToken(page: Page, { token }: Pick<Token, 'token'>): Promise<void> {
  const dialog = signInDialog(page)
  await dialog.getByLabel(t('session.token')).fill(token)
  await dialog.getByRole('button', { name: t('session.signIn') }).click()
  await dialog.waitFor({ state: 'hidden' })
}

/** Opens an address and signs in there. */
export async function signInAt(page: Page, path: string, token: Token): Promise<void> {
  await page.goto(path)
  await enterToken(page, token)
}

/** The main heading of the current page. */
export const heading = (page: Page, name: string): Locator => page.getByRole('heading', { level: 1, name, exact: true })

/** Waits until an element is visible. */
export const seen = (what: Locator): Promise<void> => what.waitFor()

/** The position of a job, as its track describes it to screen readers. */
export const stateOf = (page: Page, name: string): Promise<string | null> =>
  page.getByRole('progressbar', { name: t('common.progressOf', { name }), exact: true }).getAttribute('aria-valuetext')

/** The accessible description of a control. */
export const descriptionOf = (control: Locator): Promise<string> =>
  control.evaluate((element) =>
    (element.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' '),
  )

/** The number of points that a chart shows, as it describes itself to screen readers. */
export const pointsOf = async (chart: Locator): Promise<number> =>
  Number(await chart.getByRole('slider').getAttribute('aria-valuemax')) + 1
