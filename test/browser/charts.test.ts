import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { seen, signInAt } from './actions.ts'
import { past } from './states.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'livedIn', vars: { SIMULATION_SPEED: '4' } })
const signedOut = [/status of 401/]

const main = (page: Page) => page.getByRole('main')
const idsOf = async (...names: string[]) => {
  const jobs = await at.service.jobs()
  return names.map((name) => jobs.find((job) => job.name === name)?.id ?? '')
}

async function pageAt(path: string, viewport = { width: 1440, height: 900 }) {
  const { page } = await at.visit({ expects: signedOut, viewport })
  await signInAt(page, path, at.service.admin)
  return page
}

test('a job that ended before its first step has no CSV, and a failed one offers a retry', async () => {
  const [cancelled, failed] = await idsOf(past.cancelled, past.failed)
  const page = await pageAt(`/jobs/${cancelled}`)
  await seen(main(page).getByText(t('job.neverStarted')))
  const csv = main(page).getByRole('button', { name: t('job.csv') })
  expect(await csv.getAttribute('aria-disabled')).toBe('true')
  await page.goto(`/jobs/${failed}`)
  await seen(main(page).getByRole('link', { name: t('job.csv') }))
  // The end of its stream is not shown as a second state.
  expect(await main(page).getByText(t('common.ended'), { exact: true }).count()).toBe(0)
  await main(page)
    .getByRole('link', { name: t('job.retry') })
    .click()
  await expect.poll(() => new URL(page.url()).pathname + new URL(page.url()).search).toBe(`/jobs/new?from=${failed}`)
})
