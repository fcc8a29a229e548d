import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { Folder, Machine } from '../runner/machine.ts'
import { descriptionOf, seen, signInAt, stateOf } from './actions.ts'
import { Runner } from './speaking-runner.ts'
import { like, t } from './texts.ts'
import { logMetric, openRun } from './trained-run.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'empty', vars: { MAX_ACTIVE_JOBS: '2' } })
const minute = 60_000

let runnerToken: string
beforeAll(async () => {
  runnerToken = (await at.service.token('runner')).token
})

/** The server is killed to set the time of a job. */
const expected = [/status of 401/, /net::ERR_/]
const main = (page: Page) => page.getByRole('main')
const situation = (page: Page) => main(page).locator('.situation')
const says = (page: Page, text: string | RegExp) => seen(situation(page).getByText(text).first())
const attempts = (page: Page) =>
  main(page)
    .getByRole('list')
    .filter({ has: page.getByRole('heading', { level: 3 }) })
const attempt = (page: Page, number: number): Locator =>
  attempts(page)
    .getByRole('listitem')
    .filter({ hasText: t('attempts.attempt', { number }) })
/** The badge under the heading; an attempt may say the same. */
const hasStatus = (page: Page, status: string) => seen(main(page).locator('.badge').getByText(status).first())
const giveUp = (page: Page) => main(page).getByRole('button', { name: t('attempts.giveUp') })

/** The page of a new job that runners train. */
async function visitJob(name: string, expects: RegExp[] = []): Promise<{ id: string; page: Page }> {
  const id = await at.service.create({ name, trainer: 'runner' })
  const { page } = await at.visit({ expects: [...expected, ...expects] })
  // So high that the attempts are in view, which are mounted only then.
  await page.setViewportSize({ width: 1440, height: 5_000 })
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  await says(page, like('attempts.waits'))
  return { id, page }
}

/** A machine with the runner program, and a training that saves a checkpoint every five steps. */
function machine(folder: Folder, name: string, does: object): Machine {
  return new Machine({
    ...{ url: at.service.origin, token: runnerToken, name, workdir: folder.at(name) },
    does: { ms: 100, every: 5, log: folder.at(`${name}.log`), ...does },
  })
}

const hasCheckpoint = (id: string) =>
  expect.poll(async () => (await at.service.job(id)).checkpoint?.step ?? 0).toBeGreaterThan(3)

test('a runner that is killed is silent, then lost, and another one resumes from its checkpoint', async () => {
  using folder = new Folder()
  const { id, page } = await visitJob('Strom weg')
  await says(page, like('attempts.waitsNone'))
  await says(page, '--token-file ~/.stellwerk/runner.token')
  const first = machine(folder, 'gpu-1', { steps: 600 })
  await seen(main(page).getByText(t('attempts.has', { runner: 'gpu-1', number: 1 })))
  await hasCheckpoint(id)
  await first.powerCut(folder.at(`gpu-1/jobs/${id}/1`))

  await at.service.age(id, 2 * minute, true)
  await says(page, like('attempts.silent', { limit: '10:00 min' }))
  await says(page, t('attempts.silentText', { runner: 'gpu-1' }))
  const said = () => situation(page).getByRole('paragraph').first().textContent()
  const before = await said()
  await expect.poll(said).not.toBe(before)
  await expect.poll(() => stateOf(page, 'Strom weg')).toContain(`, ${t('runner.is-silent')}`)
  await expect.poll(() => page.title()).toContain(t('runner.is-silent'))

  await at.service.age(id, 10 * minute, true)
  await says(page, like('attempts.lostAtStep', { runner: 'gpu-1' }))
  await says(page, t('attempts.offered', { runner: 'gpu-1' }))
  await says(page, like('attempts.resumesFrom'))
  await seen(attempt(page, 1).getByText(t('attempts.end-lost')))

  await using _second = machine(folder, 'gpu-2', { steps: 40, ms: 20 })
  await hasStatus(page, t('common.completed'))
  await seen(attempt(page, 2).getByText(t('attempts.end-completed')))
  await seen(attempt(page, 1).getByText(t('attempts.end-replaced')))
  await seen(attempt(page, 1).getByText(like('attempts.gap-silent-end')))
  await seen(attempt(page, 1).getByText(like('attempts.superseded')))
  await expect.poll(() => situation(page).count()).toBe(0)
  expect(await giveUp(page).count()).toBe(0)
})

test('a runner that is frozen returns, or finds itself replaced', async () => {
  using folder = new Folder()
  const { id, page } = await visitJob('Eingefroren')
  await using first = machine(folder, 'gpu-1', { steps: 2_000 })
  await hasCheckpoint(id)
  first.signal('SIGSTOP')
  await at.service.age(id, 2 * minute, true)
  await says(page, like('attempts.silent', { limit: '10:00 min' }))
  first.signal('SIGCONT')
  await expect.poll(() => situation(page).count()).toBe(0)
  await seen(attempt(page, 1).getByText(like('attempts.gap-returned')))

  first.signal('SIGSTOP')
  await at.service.age(id, 12 * minute, true)
  await says(page, like('attempts.lostAtStep', { runner: 'gpu-1' }))
  await using second = machine(folder, 'gpu-2', { steps: 2_000 })
  await second.said('started')
  await seen(main(page).getByText(like('attempts.hasResumed', { runner: 'gpu-2', number: 2 })))
  await seen(attempt(page, 1).getByText(t('attempts.end-replaced')))
  first.signal('SIGCONT')
  await first.ended()
  await seen(attempt(page, 2).getByText(t('attempts.end-live')))

  // The runner saves, and only then the job is paused.
  await main(page)
    .getByRole('button', { name: t('job.pause') })
    .click()
  await hasStatus(page, t('common.paused'))
  await says(page, like('attempts.pausedAtStep'))
  await at.service.command(id, 'cancel')
})

test('an attempt without a step is stalled, one that was asked to stop says how far it is, and may be given up', async () => {
  const { id, page } = await visitJob('Hängt')
  const runner = new Runner(at.service, runnerToken, 'gpu-1')
  await runner.begin()
  await runner.steps(0, 1, 2)
  await at.service.age(id, 14 * minute, false)
  await runner.report({})
  await says(page, like('attempts.stalled'))
  await runner.steps(3)
  await expect.poll(() => situation(page).count()).toBe(0)

  await main(page)
    .getByRole('button', { name: t('job.pause') })
    .click()
  await says(page, like('attempts.pausing'))
  await says(page, t('attempts.notSeen', { runner: 'gpu-1' }))
  await runner.report({ acknowledged: 1 })
  await says(page, like('attempts.pausingSeen', { runner: 'gpu-1' }))
  await runner.report({ stopping: 1 })
  await says(page, like('attempts.pausingStops'))
  await says(page, like('attempts.graceLeft'))

  const dialog = page.getByRole('dialog', { name: t('attempts.giveUpTitle', { number: 1, runner: 'gpu-1' }) })
  await giveUp(page).click()
  await seen(dialog.getByText(t('attempts.giveUpProcess')))
  await seen(dialog.getByText(t('attempts.giveUpPause')))
  await dialog.getByRole('button', { name: t('attempts.giveUpKeep') }).click()
  expect((await at.service.job(id)).requested).toMatchObject({ what: 'pause' })
  await giveUp(page).click()
  await dialog.getByRole('button', { name: t('attempts.giveUp') }).click()
  await hasStatus(page, t('common.paused'))
  await says(page, t('attempts.givenUp', { runner: 'gpu-1' }))
  await expect.poll(() => giveUp(page).count()).toBe(0)
  await at.service.command(id, 'cancel')
})

test('giving up takes an operator, and is asked about again when the job has changed', async () => {
  const { id, page } = await visitJob('Nur mit Rolle', [/status of 412/])
  const runner = new Runner(at.service, runnerToken, 'gpu-1')
  await runner.begin()
  const { page: other } = await at.visit({ expects: expected })
  await signInAt(other, `/jobs/${id}`, await at.service.token('viewer'))
  await expect.poll(() => descriptionOf(giveUp(other))).toContain(t('session.operator'))

  await giveUp(page).click()
  await seen(page.getByRole('dialog').getByText(t('attempts.giveUpOffered')))
  await at.service.command(id, 'cancel')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('attempts.giveUp') })
    .click()
  await seen(page.getByRole('dialog').getByText(t('job.hasChanged')))
  await seen(page.getByRole('dialog').getByText(t('attempts.giveUpCancel')))
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('attempts.giveUp') })
    .click()
  await hasStatus(page, t('common.cancelled'))
})

test('a run that a script has opened itself says who reports and when it was heard, and takes no command that it cannot', async () => {
  const id = await openRun(at.service, 'Notizbuch')
  const { page } = await at.visit({ expects: expected })
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  const holder = main(page).getByText(like('attempts.reportedBy'))
  await expect.poll(() => holder.textContent()).toMatch(like('attempts.heardAgo'))
  await expect.poll(() => holder.textContent()).toContain(t('attempts.noHeartbeat'))
  const pause = main(page).getByRole('button', { name: t('job.pause') })
  await expect.poll(() => descriptionOf(pause)).toBe(t('problem.opened-elsewhere'))
  expect(
    await main(page)
      .getByRole('heading', { name: t('attempts.title') })
      .count(),
  ).toBe(0)

  await at.service.age(id, 90 * minute, true)
  await says(page, like('attempts.scriptSilent'))
  await says(page, like('attempts.failsUnheard'))
  await main(page)
    .getByRole('button', { name: t('attempts.giveUpRun') })
    .click()
  await seen(page.getByRole('dialog').getByText(t('attempts.giveUpFails')))
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('attempts.giveUpRun') })
    .click()
  await hasStatus(page, t('common.failed'))
  await says(page, like('attempts.givenUp'))
  expect(await main(page).getByText(like('attempts.late')).count()).toBe(0)

  await logMetric(at.service, id, 'test_loss')
  await page.reload()
  await seen(main(page).getByText(like('attempts.late')))
})
