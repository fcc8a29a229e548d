import type { Page } from 'playwright-core'
import { afterEach, expect, test } from 'vitest'
import { isFinal } from '../../src/shared/job-status.ts'
import { descriptionOf, heading, seen, signInAt } from './actions.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'empty', vars: { MAX_ACTIVE_JOBS: '5' } })
const signedOut = [/status of 401/]
const api = '/api/v1/admin/training'

// No runner of a later test is to get a job of an earlier one.
afterEach(async () => {
  for (const { id, status } of await at.service.jobs()) if (!isFinal(status)) await at.service.command(id, 'cancel')
})

const main = (page: Page) => page.getByRole('main')
const button = (page: Page, name: string) => main(page).getByRole('button', { name, exact: true })
const choice = (page: Page, name: string) => main(page).getByRole('radio', { name })
const paramName = (page: Page, number: number) => page.getByLabel(t('createRunner.paramNameOf', { number }))
const paramValue = (page: Page, number: number) => page.getByLabel(t('createRunner.paramValueOf', { number }))
const attempts = (page: Page) => page.getByLabel(t('createRunner.maxAttempts'), { exact: true })

async function chooseRunner(page: Page): Promise<void> {
  await choice(page, t('createJob.runner')).check()
  await seen(attempts(page))
}

/** Has a runner train a job, and save a checkpoint, as far as step 2. @returns its id */
async function trained(name: string): Promise<string> {
  const id = await at.service.create({ name, trainer: 'runner' })
  const { token } = await at.service.token('runner', name)
  const say = async (path: string, as: string, body: object) => {
    const answer = await fetch(`${at.service.origin}${api}${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${as}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(answer.status).toBe(200)
    return (await answer.json()) as { token: string }
  }
  const { token: own } = await say('/claims', token, { runner: 'gpu-1', claim_id: crypto.randomUUID(), wait_s: 20 })
  await say(`/jobs/${id}/reports`, own, { sequence: 1, points: [{ step: 2, metrics: { loss: 0.5 } }] })
  const path = 'checkpoints/step-2'
  const init = { method: 'PUT', headers: { Authorization: `Bearer ${own}` }, body: 'weights' }
  expect((await fetch(`${at.service.origin}${api}/jobs/${id}/artifacts/${path}/w`, init)).status).toBe(201)
  await say(`/jobs/${id}/checkpoints`, own, { step: 2, path })
  await say(`/jobs/${id}/finish`, own, { sequence: 2, outcome: 'failed', error_message: 'Out of memory' })
  return id
}

test('what was entered for a runner is kept over a reload, and errors are shown where they are', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/jobs/new', at.service.admin)
  await expect.poll(() => choice(page, t('createJob.simulated')).isChecked()).toBe(true)
  await chooseRunner(page)
  await seen(page.getByText(t('createRunner.noneThere')))
  await page.getByLabel(t('createJob.name'), { exact: true }).fill('Mit Parametern')
  await page.getByRole('checkbox', { name: 'Bayern' }).check()
  for (const number of [1, 2]) {
    await button(page, t('createRunner.addParam')).click()
    // The row that was added has the focus.
    await expect.poll(() => paramName(page, number).evaluate((field) => field === document.activeElement)).toBe(true)
    await paramName(page, number).fill('seed')
    await paramValue(page, number).fill(`${16 + number}`)
  }
  await attempts(page).fill('11')
  await button(page, t('createJob.submit')).click()
  await seen(page.getByText(t('createJob.problems', { count: 2 })))
  await expect.poll(() => descriptionOf(paramName(page, 2))).toContain(t('createRunner.paramNameTwice'))
  await expect.poll(() => descriptionOf(attempts(page))).toContain(t('createJob.numberBig', { max: '10' }))
  await button(page, t('createRunner.params')).click()
  await expect.poll(() => paramName(page, 2).evaluate((field) => field === document.activeElement)).toBe(true)

  await page.reload()
  await seen(page.getByText(t('createJob.restored')))
  await expect.poll(() => paramValue(page, 2).inputValue()).toBe('18')
  await expect.poll(() => attempts(page).inputValue()).toBe('11')
  await page.getByRole('button', { name: t('createRunner.removeParam', { number: 1 }) }).click()
  await expect.poll(() => paramValue(page, 1).inputValue()).toBe('18')
  await attempts(page).fill('2')
  await button(page, t('createJob.submit')).click()
  await seen(heading(page, 'Mit Parametern'))
  const [job] = await at.service.jobs()
  expect(job).toMatchObject({ trainer: 'runner', params: { seed: '18' }, max_attempts: 2 })
  const params = page
    .locator('section')
    .filter({ has: page.getByRole('heading', { name: t('attempts.params'), exact: true }) })
  await expect.poll(() => params.getByRole('term').allTextContents()).toEqual(['seed'])
  await expect.poll(() => params.getByRole('definition').allTextContents()).toEqual(['18'])
})

test('the curl command of a creation has what is for runners', async () => {
  const { context, page } = await at.visit({ expects: signedOut })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await signInAt(page, '/jobs/new', at.service.admin)
  await page.getByLabel(t('createJob.name'), { exact: true }).fill('Per curl')
  await page.getByRole('checkbox', { name: 'Bayern' }).check()
  await chooseRunner(page)
  await button(page, t('createRunner.addParam')).click()
  await paramName(page, 1).fill('seed')
  await paramValue(page, 1).fill('17')
  await button(page, t('copy.curl')).click()
  const copied = () => page.evaluate(() => navigator.clipboard.readText())
  await expect.poll(copied).toContain('"trainer":"runner","max_attempts":3,"params":{"seed":"17"}')
  // What a simulated job does not take is left out.
  await choice(page, t('createJob.simulated')).check()
  await button(page, t('copy.curl')).click()
  await expect.poll(copied).toMatch(/"trainer":"simulated"}'$/)
})

test('a job starts from the checkpoint that an address names, or that is chosen; one that is gone is reported there', async () => {
  const id = await trained('Vorlage')
  const { page } = await at.visit({ expects: [...signedOut, /status of 422/] })
  await signInAt(page, `/jobs/new?resume_from=${id}:2`, at.service.admin)
  await seen(heading(page, t('createJob.titleResume', { name: 'Vorlage' })))
  const checkpoint = page.getByLabel(t('createRunner.checkpoint'), { exact: true })
  await expect.poll(() => checkpoint.inputValue()).toBe('2')
  await expect.poll(() => checkpoint.textContent()).toContain(t('createRunner.lastAt', { step: 2 }))
  await button(page, t('createJob.submit')).click()
  await seen(heading(page, 'Vorlage (2)'))

  await page.goto(`/jobs/new?resume_from=${id}:7`)
  await expect.poll(() => checkpoint.inputValue()).toBe('7')
  await button(page, t('createJob.submit')).click()
  await seen(main(page).locator('.create-fields').getByText(t('createRunner.checkpointGone')))
  await button(page, t('createRunner.change')).click()
  await button(page, t('createJob.submit')).click()
  const search = page.getByLabel(t('createRunner.findJob'))
  await expect.poll(() => descriptionOf(search)).toContain(t('createRunner.jobMissing'))
  await search.fill('niemand')
  await seen(page.getByText(t('createRunner.noneFound')))
  await search.fill('vorl')
  const found = page.getByRole('list', { name: t('createRunner.found') })
  await found.getByRole('button', { name: 'Vorlage' }).click()
  await expect.poll(() => checkpoint.inputValue()).toBe('')
  await button(page, t('createJob.submit')).click()
  await seen(heading(page, 'Vorlage (2)'))
  const requested = (await at.service.jobs()).filter(({ name }) => name === 'Vorlage (2)')
  expect(requested).toMatchObject([{ trainer: 'runner' }, { trainer: 'runner' }])
})

test('a copy of a job for runners has its parameters', async () => {
  const id = await at.service.create({ name: 'Original', trainer: 'runner', params: { lr: '3e-4' } })
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, `/jobs/new?from=${id}`, at.service.admin)
  await expect.poll(() => choice(page, t('createJob.runner')).isChecked()).toBe(true)
  await expect.poll(() => paramName(page, 1).inputValue()).toBe('lr')
  await expect.poll(() => paramValue(page, 1).inputValue()).toBe('3e-4')
})
