import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { Folder, Machine } from '../runner/machine.ts'
import { heading, seen, signInAt } from './actions.ts'
import { paintedIn } from './paint.ts'
import { like, t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'livedIn', vars: { MAX_ACTIVE_JOBS: '1' } })
const minute = 60_000
/** The server is killed to set the time of a job. */
const expected = [/status of 401/, /net::ERR_/]

const script = fileURLToPath(new URL('../../examples/title-model/train.ts', import.meta.url))
const gate = new URL('../runner/gate.mjs', import.meta.url).href
const name = 'Titel von Vorschriften'

const main = (page: Page) => page.getByRole('main')
const button = (page: Page, called: string) => main(page).getByRole('button', { name: called })
const says = (page: Page, text: string | RegExp) => seen(main(page).locator('.situation').getByText(text).first())
const hasStatus = (page: Page, status: string) => seen(main(page).locator('.badge').getByText(status).first())
const attempt = (page: Page, number: number): Locator =>
  main(page)
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { level: 3, name: t('attempts.attempt', { number }) }) })

test('a training of the example is watched from the form to its model, while its runners are killed, frozen and replaced', async () => {
  using folder = new Folder()
  mkdirSync(folder.at('gate'))
  // The training waits after each checkpoint: nothing here depends on how fast it is.
  const goOn = (...steps: number[]) => {
    for (const step of steps) writeFileSync(folder.at(`gate/step-${step}`), '')
  }
  const { token } = await at.service.token('runner')
  const machine = (runner: string, args: string[] = ['--once']) =>
    new Machine({
      ...{ url: at.service.origin, token, name: runner, workdir: folder.at(runner), args },
      ...{ command: [process.execPath, '--import', gate, script], env: { GATE: folder.at('gate') } },
    })
  const { page } = await at.visit({ expects: expected, viewport: { width: 1440, height: 6_000 } })

  await signInAt(page, '/jobs/new', at.service.admin)
  await page.getByRole('radio', { name: t('createJob.runner') }).check()
  await page.getByLabel(t('createJob.name'), { exact: true }).fill(name)
  await page.getByRole('radio', { name: t('common.general') }).check()
  await page.getByLabel(t('job.epochs')).fill('30')
  await button(page, t('createJob.all')).click()
  await button(page, t('createJob.submit')).click()
  await seen(heading(page, name))
  await says(page, like('attempts.waitsNone'))
  const [{ id } = { id: '' }] = await at.service.jobs()

  await using first = machine('gpu-1')
  await first.said('checkpoint')
  await seen(main(page).getByText(t('attempts.has', { runner: 'gpu-1', number: 1 })))
  const losses = page.getByRole('figure', { name: t('job.losses') })
  await expect.poll(() => paintedIn(losses, '--curve-1').catch(() => 0)).toBeGreaterThan(0)
  await seen(page.getByRole('region', { name: t('output.lines') }).getByText(/titles of \d+ works/))
  await first.powerCut(folder.at(`gpu-1/jobs/${id}/1`))
  await at.service.age(id, 2 * minute, true)
  await says(page, t('attempts.silentText', { runner: 'gpu-1' }))
  await at.service.age(id, 10 * minute, true)
  await says(page, like('attempts.lostAtStep', { runner: 'gpu-1' }))
  await says(page, t('attempts.resumesFrom', { step: 99 }))

  await using second = machine('gpu-2')
  await second.said('started')
  goOn(99)
  await second.said('checkpoint')
  await seen(main(page).getByText(t('attempts.hasResumed', { runner: 'gpu-2', number: 2, step: 99 })))
  second.signal('SIGSTOP')
  await at.service.age(id, 12 * minute, true)
  await says(page, like('attempts.lostAtStep', { runner: 'gpu-2' }))

  await using third = machine('gpu-3', [])
  await third.said('started')
  second.signal('SIGCONT')
  await second.ended()
  await seen(attempt(page, 2).getByText(t('attempts.end-replaced')))
  goOn(199)
  await third.said('checkpoint')
  await button(page, t('job.pause')).click()
  await hasStatus(page, t('common.paused'))
  await button(page, t('job.resume')).click()
  goOn(...Array.from({ length: 1_000 }, (_, step) => step))
  await hasStatus(page, t('common.completed'))
  await seen(attempt(page, 4).getByText(t('attempts.end-completed')))

  await seen(
    page
      .getByRole('region', { name: t('files.title'), exact: true })
      .getByText('model.json')
      .first(),
  )
  await main(page)
    .getByRole('link', { name: t('job.toVersion', { type: t('common.general'), version: 'v1.0' }) })
    .click()
  const general = page.getByRole('region', { name: t('common.general') })
  await seen(general.getByRole('link', { name }))
  await seen(general.getByText(t('models.active'), { exact: true }))
})
