import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { pointsOf, seen, signInAt, stateOf } from './actions.ts'
import { axeFindings, settled } from './inspect.ts'
import { Runner } from './speaking-runner.ts'
import { like, t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'empty', vars: { MAX_ACTIVE_JOBS: '2' } })
const signedOut = [/status of 401/]

const main = (page: Page) => page.getByRole('main')
const losses = (page: Page) => page.getByRole('figure', { name: t('job.losses') })
const activity = (page: Page, text: string) => page.getByRole('listitem').getByText(text, { exact: true })
const command = (page: Page, name: string) => main(page).getByRole('button', { name })

test('a job of runners is shown as it is, from waiting for one to its completion by another', async () => {
  const { token } = await at.service.token('runner')
  const id = await at.service.create({ name: 'Auf dem GPU-Rechner', trainer: 'runner' })
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  // The log may say it, too.
  const says = (text: string) => seen(main(page).getByText(text).first())
  await says(t('runner.is-waits'))
  await expect.poll(() => main(page).getByText(t('simulated.trainer')).count()).toBe(0)

  const first = new Runner(at.service, token, 'gpu-1')
  await first.begin()
  await says(t('attempts.has', { runner: 'gpu-1', number: 1 }))
  await first.report({ total_steps: 8 })
  await first.steps(0, 1, 3, 2, 4)
  await expect.poll(() => pointsOf(losses(page)).catch(() => 0)).toBe(5)

  await command(page, t('job.pause')).click()
  await says(t('runner.is-pausing'))
  await seen(page.getByText(t('job.pauseRequested', { name: 'Auf dem GPU-Rechner' })))
  await seen(command(page, t('job.resume')))
  await first.report({ acknowledged: 1 })
  await seen(main(page).getByText(like('attempts.pausingSeen', { runner: 'gpu-1' })))
  await first.finish('paused', { checkpoint: await first.save(2) })
  await expect.poll(() => main(page).locator('.badge').getByText(t('runner.is-pausing')).count()).toBe(0)
  await seen(main(page).locator('.badge').getByText(t('common.paused')))

  await command(page, t('job.resume')).click()
  await says(t('runner.is-waits'))
  const second = new Runner(at.service, token, 'gpu-2')
  await second.begin()
  await says(t('attempts.hasResumed', { runner: 'gpu-2', number: 2, step: 2 }))
  await expect.poll(() => pointsOf(losses(page))).toBe(3)
  await second.steps(3, 4, 5)
  await expect.poll(() => pointsOf(losses(page))).toBe(6)
  const other = await page.context().newPage()
  await other.goto(`/jobs/${id}`)
  await expect.poll(() => pointsOf(losses(other)).catch(() => 0)).toBe(6)
  await second.finish('completed')
  await seen(main(page).locator('.badge').getByText(t('common.completed')))
  for (const event of ['offered', 'claimed', 'confirmed', 'request_seen', 'finished', 'rewound'] as const) {
    await seen(activity(page, t(`runner.event-${event}`)).first())
  }
  await seen(activity(page, t('runner.is-pausing')))
})

test('a job of unknown length shows the step that it has reached, and no share of a whole that nobody knows', async () => {
  const name = 'Ohne Länge'
  const { token } = await at.service.token('runner', 'of unknown length')
  const runner = new Runner(at.service, token, 'gpu-1')
  const id = await runner.beginNew({ name })
  await runner.steps(0, 1_200)
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  const track = page.getByRole('progressbar', { name: t('common.progressOf', { name }), exact: true })
  const isSaid = (status: string, ...more: string[]) =>
    expect.poll(() => stateOf(page, name)).toBe([status, ...more, t('common.lengthUnknown')].join(', '))
  const step = `${t('common.step')} 1.200`
  await isSaid(t('common.training'), step)
  expect(await track.getAttribute('aria-valuenow')).toBeNull()
  await seen(track.getByText(t('common.lengthUnknown')))
  await expect.poll(() => page.title()).toMatch(new RegExp(`^${t('common.training')} · `))
  await page.goto('/')
  await isSaid(t('common.training'), step)
  await seen(main(page).getByText(step, { exact: true }))
  await page.goto('/jobs')
  await isSaid(t('common.training'))
  await seen(main(page).getByText(new RegExp(`^${t('common.lengthUnknown')} · `)))
  await settled(page)
  expect(await axeFindings(page)).toEqual([])

  await runner.finish('failed')
  await page.goto(`/jobs/${id}`)
  await isSaid(t('common.failed'), step)
  await seen(track.getByText(t('common.preparing')))
  expect(await track.getByText(t('common.queued')).count()).toBe(0)
  await settled(page)
  expect(await axeFindings(page)).toEqual([])
})
