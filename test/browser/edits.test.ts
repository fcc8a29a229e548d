import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { NOTES_LENGTH_MAX, TAG_LENGTH_MAX } from '../../src/platform/limits.ts'
import { heading, seen, signInAt } from './actions.ts'
import { past } from './states.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'livedIn' })
const idOf = async (name: string) => (await at.service.jobs()).find((job) => job.name === name)?.id ?? ''
const names = (page: Page) => page.locator('.jobs-table .job-name > a').allInnerTexts()

async function open(path: string, expects: RegExp[] = []): Promise<Page> {
  const { page } = await at.visit({ expects: [/status of 401/, ...expects] })
  await signInAt(page, path, at.service.admin)
  return page
}

const dialog = (page: Page) => page.getByRole('dialog', { name: t('job.editTitle') })

test("a job's name, tags and notes are edited on its page, and a tag leads to the jobs that have it", async () => {
  const page = await open(`/jobs/${await idOf(past.bayern)}`)
  await page.getByRole('button', { name: t('job.edit') }).click()
  await dialog(page).getByLabel(t('createJob.name')).fill('Zeugnisse Südbayern')
  await dialog(page).getByLabel(t('job.tags')).fill('Kandidat, 2026')
  await dialog(page).getByLabel(t('edit.notes')).fill('eine Zeile\nund noch eine')
  await dialog(page)
    .getByRole('button', { name: t('edit.save') })
    .click()
  await dialog(page).waitFor({ state: 'hidden' })
  await seen(heading(page, 'Zeugnisse Südbayern'))
  await seen(page.getByText('und noch eine'))
  await seen(page.getByText(t('job.event-edited'), { exact: true }))
  await page.getByRole('main').getByRole('link', { name: 'Kandidat', exact: true }).click()
  await expect.poll(() => names(page)).toEqual(['Zeugnisse Südbayern'])
  expect(new URL(page.url()).search).toBe('?tag=Kandidat')
  await page
    .getByRole('group', { name: t('job.tags') })
    .getByText('Kandidat')
    .click()
  await expect.poll(async () => (await names(page)).length).toBe(5)
})

test('an edit by somebody else in the meantime is not overwritten unnoticed', async () => {
  const page = await open(`/jobs/${await idOf(past.nord)}`, [/status of 412/])
  await page.getByRole('button', { name: t('job.edit') }).click()
  await dialog(page).getByLabel(t('edit.notes')).fill('meine')
  await at.service.edit(await idOf(past.nord), { tags: ['fremd'], notes: 'ihre' })
  await dialog(page)
    .getByRole('button', { name: t('edit.save') })
    .click()
  await seen(dialog(page).getByText(t('edit.editedOverwrite')))
  const conflict = dialog(page).getByRole('alert')
  await expect
    .poll(() => conflict.locator('dl > div').allInnerTexts())
    .toEqual([
      `${t('job.tags')} (${t('edit.valueKept')})\nfremd`,
      `${t('edit.notes')} (${t('edit.valueOverwritten')})\nihre`,
    ])
  await expect.poll(() => dialog(page).getByLabel(t('job.tags')).inputValue()).toBe('fremd')
  await expect.poll(() => dialog(page).getByLabel(t('edit.notes')).inputValue()).toBe('meine')
  await dialog(page)
    .getByRole('button', { name: t('edit.save') })
    .click()
  await dialog(page).waitFor({ state: 'hidden' })
  await expect
    .poll(async () => at.service.job(await idOf(past.nord)))
    .toMatchObject({ notes: 'meine', tags: ['fremd'] })
})

test('a value that cannot be saved is marked at its field, with its bound, whoever finds the error', async () => {
  const page = await open(`/jobs/${await idOf(past.klausur)}`, [/status of 422/])
  await page.getByRole('button', { name: t('job.edit') }).click()
  const name = dialog(page).getByLabel(t('createJob.name'))
  const notes = dialog(page).getByLabel(t('edit.notes'))
  const save = dialog(page).getByRole('button', { name: t('edit.save') })
  await seen(dialog(page).getByText(t('edit.lengthHint', { max: NOTES_LENGTH_MAX })))

  await name.fill(' ')
  await dialog(page)
    .getByLabel(t('job.tags'))
    .fill('x'.repeat(TAG_LENGTH_MAX + 1))
  await save.click()
  await seen(dialog(page).getByText(t('names.missing')))
  const tooLong = { tag: 'x'.repeat(TAG_LENGTH_MAX + 1), count: TAG_LENGTH_MAX + 1, max: TAG_LENGTH_MAX }
  await seen(dialog(page).getByText(t('edit.tagTooLong', tooLong)))
  await expect.poll(() => name.evaluate((input) => input === document.activeElement)).toBe(true)

  await name.fill(past.klausur)
  await dialog(page).getByLabel(t('job.tags')).fill('')
  await notes.fill('ein Steuerzeichen: \u0007')
  await save.click()
  await expect.poll(() => notes.getAttribute('aria-invalid')).toBe('true')
  await expect.poll(() => name.getAttribute('aria-invalid')).toBe('false')
  await seen(dialog(page).getByText('Must not contain control characters other than tabs and line breaks'))
  await expect.poll(() => notes.evaluate((input) => input === document.activeElement)).toBe(true)
})

test('chosen jobs are deleted after one confirmation that says what is lost', async () => {
  const page = await open('/jobs')
  for (const name of [past.cancelled, past.failed]) {
    await page.getByRole('checkbox', { name: t('jobs.choose', { name }) }).check()
  }
  const bar = page.getByRole('region', { name: t('jobs.chosenTitle') })
  await bar.getByRole('button', { name: t('jobs.bulkCancel', { count: 2 }) }).click()
  await seen(page.getByText(t('jobs.noneToCancel')))
  // The message stays above the bar: its buttons can be reached.
  await bar.getByRole('button', { name: t('jobs.bulkDelete', { count: 2 }) }).click()
  const question = page.getByRole('dialog', { name: t('jobs.bulkDeleteTitle', { count: 2 }) })
  await seen(question.getByText(past.failed))
  await seen(question.getByText(t('jobs.deleteCurve')).first())
  await question.getByRole('button', { name: t('jobs.bulkDelete', { count: 2 }) }).click()
  await seen(page.getByText(t('jobs.bulkDeleted', { count: 2 })))
  await bar.waitFor({ state: 'hidden' })
  const left = (await at.service.jobs()).map(({ name }) => name)
  expect(left).not.toContain(past.failed)
  expect(left).not.toContain(past.cancelled)
  expect(left).toHaveLength(3)
})

test('chosen jobs are cancelled together; one that has finished is left as it is and stays chosen', async () => {
  const running = await at.service.create({ name: 'läuft', epochs: 50 })
  await at.service.create({ name: 'wartet', epochs: 50 })
  await at.service.untilStatus(running, 'training')
  const page = await open('/jobs')
  for (const name of ['läuft', 'wartet', past.klausur]) {
    await page.getByRole('checkbox', { name: t('jobs.choose', { name }) }).check()
  }
  await page.getByRole('button', { name: t('jobs.bulkCancel', { count: 3 }) }).click()
  const question = page.getByRole('dialog', { name: t('jobs.bulkCancelTitle', { count: 2 }) })
  await seen(question.getByText(t('jobs.bulkLeftOut', { count: 1 })))
  await question.getByRole('button', { name: t('jobs.bulkCancel', { count: 2 }) }).click()
  await seen(page.getByText(t('jobs.bulkCancelled', { count: 2 })))
  await seen(page.getByRole('button', { name: t('jobs.bulkCancel', { count: 1 }) }))
  const jobs = await at.service.jobs()
  expect(jobs.filter(({ name }) => ['läuft', 'wartet'].includes(name)).map(({ status }) => status)).toEqual([
    'cancelled',
    'cancelled',
  ])
})
