import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { heading, pointsOf, seen } from './actions.ts'
import { past } from './states.ts'
import { t } from './texts.ts'

/** What the tour finds in addition to the past jobs: jobs that run or wait, a token, and runners. */
export const present = {
  paused: 'Macht Pause',
  first: 'Auf Gleis 1',
  second: 'Auf Gleis 2',
  queued: 'Wartet noch',
  display: 'Wandanzeige',
  runner: 'gpu-1',
  gone: 'gpu-2',
} as const

/** A view of the dashboard: how to open it, and how to tell that it is loaded. */
export type View = {
  name: string
  /** `{name}` is replaced by the id of that job. */
  path: string
  arrive: (page: Page) => Promise<void>
  /** Whether it is seen through a window of the height of the page, parts of which are mounted only in view. */
  isTall?: boolean
  /** Whether only what is in the window is pictured: a dialog, or an error beside its field. */
  isInWindow?: boolean
}

export const main = (page: Page) => page.getByRole('main')
/** Waits until a text is there. */
export const text = (said: string | RegExp) => (page: Page) => seen(main(page).getByText(said).first())
const main_ = (title: string) => (page: Page) => seen(heading(page, title))

/** Clicks a button of the page. */
export const press = (page: Page, name: string) => main(page).getByRole('button', { name }).first().click()

/** Waits until the curves are drawn. */
export const chart = (name: string) => async (page: Page) => {
  const figure = page.getByRole('figure', { name })
  await seen(figure.locator('canvas'))
  await expect.poll(() => pointsOf(figure)).toBeGreaterThan(1)
}

/** Every page on a server with a history. */
export const livedInViews: View[] = [
  { name: 'overview', path: '/', arrive: (page) => seen(page.getByRole('link', { name: present.queued })) },
  { name: 'jobs', path: '/jobs', arrive: text(past.bayern) },
  { name: 'create-job', path: '/jobs/new', arrive: text(t('createJob.submitWait')) },
  {
    name: 'create-job-runner',
    path: '/jobs/new',
    arrive: async (page) => {
      await page.getByRole('radio', { name: t('createJob.runner') }).check()
      await press(page, t('createRunner.addParam'))
      await page.getByLabel(t('createRunner.paramValueOf', { number: 1 })).fill('17')
      await page.getByRole('radio', { name: t('createRunner.fromCheckpoint') }).check()
      await press(page, t('createJob.submitWait'))
      await seen(page.getByText(t('createRunner.jobMissing')).last())
    },
  },
  { name: 'job', path: `/jobs/{${present.first}}`, arrive: chart(t('job.losses')) },
  { name: 'job-paused', path: `/jobs/{${present.paused}}`, arrive: chart(t('job.losses')) },
  { name: 'job-queued', path: `/jobs/{${present.queued}}`, arrive: text(t('job.noPoints')) },
  { name: 'job-completed', path: `/jobs/{${past.bayern}}`, arrive: text(t('job.versionInactive', { f1: '0,965' })) },
  { name: 'job-failed', path: `/jobs/{${past.failed}}`, arrive: text(t('job.failedTitle')) },
  { name: 'compare', path: `/compare?job={${past.bayern}}&job={${past.nord}}`, arrive: chart(t('columns.val_loss')) },
  { name: 'models', path: '/models', arrive: text(past.klausur) },
  { name: 'dataset', path: '/dataset', arrive: text('Werk 1 aus BB') },
  {
    name: 'ocr',
    path: '/ocr',
    arrive: async (page) => {
      await page.getByLabel(t('ocr.images')).fill('8')
      await press(page, t('ocr.start'))
      await seen(page.getByRole('heading', { name: t('ocr.complete') }))
    },
  },
  {
    name: 'runners',
    path: '/runners',
    arrive: async (page) => {
      await seen(page.getByRole('rowheader', { name: present.runner }))
      await main(page)
        .getByText(t('runners.gone', { count: 1 }))
        .click()
      await seen(page.getByRole('rowheader', { name: present.gone }))
    },
  },
  { name: 'tokens', path: '/tokens', arrive: text(present.display) },
]

/** Every page on a new server. */
export const emptyViews: View[] = [
  { name: 'overview', path: '/', arrive: text(t('welcome.title')) },
  { name: 'jobs', path: '/jobs', arrive: text(t('jobs.none')) },
  { name: 'compare', path: '/compare', arrive: text(t('compare.noJobs')) },
  { name: 'models', path: '/models', arrive: text(t('models.none')) },
  { name: 'dataset', path: '/dataset', arrive: text(t('dataset.empty')) },
  { name: 'ocr', path: '/ocr', arrive: text(t('ocr.empty')) },
  { name: 'runners', path: '/runners', arrive: text(t('runners.none')) },
  { name: 'tokens', path: '/tokens', arrive: text(t('tokens.none')) },
]

/** Dialogs, and pages with errors. */
export const specialViews: View[] = [
  {
    name: 'create-job-refused',
    path: '/jobs/new',
    arrive: async (page) => {
      await press(page, t('createJob.submitWait'))
      await seen(page.getByText(t('names.missing')).first())
    },
  },
  {
    name: 'jobs-chosen',
    path: '/jobs',
    arrive: async (page) => {
      await page.getByRole('checkbox', { name: t('jobs.choose', { name: past.bayern }) }).check()
      await page.getByRole('checkbox', { name: t('jobs.choose', { name: past.nord }) }).check()
      await seen(page.getByRole('region', { name: t('jobs.chosenTitle') }))
    },
  },
  {
    name: 'job-cancel',
    path: `/jobs/{${present.first}}`,
    arrive: async (page) => {
      await press(page, t('job.cancel'))
      await seen(page.getByRole('dialog'))
    },
  },
  {
    name: 'job-table',
    path: `/jobs/{${past.bayern}}`,
    arrive: async (page) => {
      await page.getByText(t('common.chartTable')).first().click()
      await seen(page.getByRole('table', { name: t('job.losses') }))
    },
  },
  { name: 'job-gone', path: '/jobs/none', arrive: main_(t('job.gone')) },
  { name: 'jobs-no-match', path: '/jobs?status=validating', arrive: text(t('jobs.noneMatch')) },
  {
    name: 'compare-accuracy',
    path: `/compare?job={${past.bayern}}&job={${present.first}}&curve=accuracy&by=progress`,
    arrive: chart(t('columns.accuracy')),
  },
  { name: 'compare-few', path: '/compare', arrive: text(t('compare.none')) },
  {
    name: 'model-activate',
    path: '/models',
    arrive: async (page) => {
      await press(page, t('models.activateLabel', { type: t('common.zeugnis'), version: 'v1.0' }))
      await seen(page.getByRole('dialog'))
    },
  },
  {
    name: 'model-linked',
    path: '/models',
    arrive: async (page) => {
      const id = await page.evaluate(async () => {
        const answer = await fetch('/api/v1/admin/training/models?model_type=zeugnis&active=false')
        return ((await answer.json()) as { id: string }[])[0]?.id
      })
      await page.goto(`/models?type=zeugnis&version=${id}`)
      await text(t('models.linked'))(page)
    },
  },
  {
    name: 'ocr-refused',
    path: '/ocr',
    arrive: async (page) => {
      await page.getByLabel(t('ocr.images')).fill('viele')
      await press(page, t('ocr.start'))
      await text(t('ocr.imagesWrong', { max: 100 }))(page)
    },
  },
  {
    name: 'dataset-upload',
    path: '/dataset',
    arrive: async (page) => {
      await press(page, t('dataset.upload'))
      const csv = 'Kennung;Titel;Bundesland;Typ;Abschnitte;Für Training freigegeben\na;A;Preußen;erlass;1;ja\n'
      const buffer = Buffer.from(`${csv}b;B;Bayern;erlass;1;ja\n`)
      await page.getByLabel(t('dataset.choose')).setInputFiles({ name: 'neu.csv', mimeType: 'text/csv', buffer })
      await seen(page.getByText(t('dataset.faultyCount', { count: 1 }), { exact: true }))
    },
  },
  {
    name: 'dataset-delete',
    path: '/dataset',
    arrive: async (page) => {
      await press(page, t('dataset.deleteOne', { title: 'Werk 1 aus BB' }))
      await seen(page.getByRole('dialog'))
    },
  },
]
