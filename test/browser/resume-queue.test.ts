import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { seen, signInAt } from './actions.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

// One slot, and 25 ms per step: the jobs run for minutes.
const at = atService({ state: 'empty', vars: { SIMULATION_SPEED: '20', MAX_ACTIVE_JOBS: '1' } })
const signedOut = [/status of 401/]

const main = (page: Page) => page.getByRole('main')
const button = (page: Page, name: string) => main(page).getByRole('button', { name })

test('a paused job can wait for a slot and leave the queue again, in the list and on its page', async () => {
  const id = await at.service.create({ name: 'Pausiert', epochs: 100 })
  await at.service.command(id, 'pause')
  const running = await at.service.create({ name: 'Läuft', epochs: 100 })
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  await button(page, t('job.queue')).click()
  await seen(main(page).getByText(t('job.waitsPaused', { place: 1 })))
  await seen(main(page).getByText(t('job.event-resume_queued')))
  await button(page, t('job.leave')).click()
  await seen(button(page, t('job.queue')))
  await seen(main(page).getByText(t('job.event-resume_withdrawn')))

  await page.goto('/jobs')
  const row = main(page).getByRole('row', { name: 'Pausiert' })
  await row.getByRole('button', { name: t('jobs.queue') }).click()
  await seen(row.getByText(t('jobs.position', { place: 1 })))
  await row.getByRole('button', { name: t('jobs.leave') }).click()
  await row.getByRole('button', { name: t('jobs.queue') }).click()
  await seen(row.getByText(t('jobs.position', { place: 1 })))
  await at.service.command(running, 'cancel')
  await at.service.untilStatus(id, 'training')
  await seen(row.getByText(t('common.training'), { exact: true }))
  await expect.poll(() => row.getByRole('button', { name: t('jobs.pause') }).count()).toBe(1)
})
