import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { pointsOf, seen } from './actions.ts'
import { like, t } from './texts.ts'
import { compared, trained } from './trained-jobs.ts'
import { chart, main, press, text, type View } from './views.ts'

const inSituation = (said: string | RegExp) => (page: Page) =>
  seen(main(page).locator('.situation').getByText(said).first())

/** Waits for the parts of a job's page that are mounted in view. */
async function whole(page: Page, ...parts: string[]): Promise<void> {
  for (const name of parts) await seen(page.getByRole('region', { name, exact: true }))
}

const file = (page: Page, name: string) => main(page).getByRole('button', { name, exact: true }).click()

/** Makes a token, with which a runner could connect. */
async function makeToken(page: Page, name: string): Promise<string> {
  await page.getByLabel(t('connect.name')).fill(name)
  await press(page, t('tokens.submit'))
  await seen(main(page).getByText(t('connect.created', { name })))
  return page.getByRole('textbox', { name: t('tokens.token'), exact: true }).inputValue()
}

const place = (page: Page, name: 'systemd' | 'slurm') => page.getByRole('radio', { name: t(`connect.${name}`) }).check()

/** What somebody sees who has no runner yet. */
export const firstRunnerViews: View[] = [
  {
    name: 'job-waits-for-first-runner',
    path: `/jobs/{${trained.waiting}}`,
    arrive: inSituation(t('attempts.connect')),
  },
  {
    name: 'runners-token',
    path: '/runners',
    arrive: async (page) => {
      await makeToken(page, 'Labor 1')
      await place(page, 'systemd')
      await seen(page.getByText(/enable --now/))
    },
  },
]

/** The pages of jobs that runners train, in what can happen to them. */
export const trainedJobViews: View[] = [
  {
    name: 'job-running',
    path: `/jobs/{${trained.running}}?superseded=shown`,
    isTall: true,
    arrive: async (page) => {
      await chart('train/grad_norm')(page)
      await seen(main(page).getByText(t('attempts.end-replaced')))
      await whole(page, t('output.lines'), t('files.checkpoints'))
    },
  },
  {
    name: 'job-pausing',
    path: `/jobs/{${trained.pausing}}`,
    arrive: inSituation(t('attempts.notSeen', { runner: 'gpu-2' })),
  },
  { name: 'job-stopping', path: `/jobs/{${trained.stopping}}`, arrive: inSituation(like('attempts.cancellingStops')) },
  {
    name: 'job-give-up',
    path: `/jobs/{${trained.stopping}}`,
    isInWindow: true,
    arrive: async (page) => {
      await press(page, t('attempts.giveUp'))
      await seen(page.getByRole('dialog').getByText(t('attempts.giveUpCancel')))
    },
  },
  {
    name: 'job-silent',
    path: `/jobs/{${trained.silent}}`,
    arrive: inSituation(like('attempts.silent', { limit: '10:00 min' })),
  },
  { name: 'job-stalled', path: `/jobs/{${trained.stalled}}`, arrive: inSituation(like('attempts.stalled')) },
  { name: 'job-lost', path: `/jobs/{${trained.lost}}`, arrive: inSituation(like('attempts.offered')) },
  {
    name: 'job-paused-by-runner',
    path: `/jobs/{${trained.paused}}`,
    arrive: inSituation(like('attempts.pausedAtStep')),
  },
  {
    name: 'job-waits',
    path: `/jobs/{${trained.waiting}}`,
    arrive: inSituation(like('attempts.waitsOthers', { count: 2 })),
  },
  {
    name: 'job-failed-with-output',
    path: `/jobs/{${trained.failed}}`,
    isTall: true,
    arrive: async (page) => {
      await whole(page, t('output.lines'), t('files.title'))
      await page.getByRole('searchbox', { name: t('output.search') }).fill('memory')
      await seen(page.getByRole('search').getByText(t('output.found', { count: 2 })))
      await page.keyboard.press('Enter')
      await seen(page.getByRole('search').getByText(t('output.foundAt', { place: 1, count: 2 })))
    },
  },
  {
    name: 'job-completed-with-files',
    path: `/jobs/{${trained.completed}}`,
    isTall: true,
    arrive: async (page) => {
      for (const name of ['bericht.html', 'verlauf.csv', 'verwechslungen.png']) await file(page, name)
      await seen(page.getByRole('img', { name: 'verwechslungen.png' }))
      await seen(page.getByText(/^schritt;verlust;f1/))
    },
  },
  {
    name: 'job-diverged',
    path: `/jobs/{${trained.diverged}}`,
    isTall: true,
    arrive: async (page) => {
      await press(page, t('curves.pinNamed', { name: 'train/grad_norm' }))
      await press(page, t('curves.hideNamed', { name: 'system/gpu_memory_gb' }))
      await seen(main(page).getByText(t('curves.hidden'), { exact: true }))
      await main(page).getByText(t('curves.hidden'), { exact: true }).click()
      await expect.poll(() => pointsOf(page.getByRole('figure', { name: 'train/learning_rate' }))).toBe(81)
    },
  },
  {
    name: 'job-of-script',
    path: `/jobs/{${trained.script}}`,
    isTall: true,
    arrive: async (page) => {
      await inSituation(like('attempts.scriptSilent'))(page)
      await seen(main(page).getByText(t('attempts.notStored', { count: 1 })))
      await whole(page, t('files.title'))
    },
  },
]

/** The other pages on a server with such jobs. */
export const trainedViews: View[] = [
  { name: 'overview', path: '/', arrive: text(trained.stalled) },
  {
    name: 'jobs-with-conditions',
    path: '/jobs?condition=silent&condition=stalled&condition=waiting',
    arrive: async (page) => {
      await text(t('jobList.waitsForRunner'))(page)
      await seen(main(page).getByText(t('runner.is-stalled'), { exact: true }).first())
    },
  },
  {
    name: 'jobs-with-columns',
    path: '/jobs',
    arrive: async (page) => {
      const keys = [
        'setting:runner',
        'param:optimizer',
        'param:lr',
        'best:eval_loss',
        'latest:eval_f1',
        'highest:system/gpu_memory_gb',
      ]
      await page.evaluate((text) => localStorage.setItem('job-columns', text), JSON.stringify(keys))
      await page.reload()
      await text(compared[0])(page)
      await seen(main(page).getByText(t('columns.chooseCount', { count: keys.length })))
    },
  },
  {
    name: 'column-picker',
    path: '/jobs',
    isInWindow: true,
    arrive: async (page) => {
      await press(page, t('columns.chooseCount', { count: 6 }))
      await seen(page.getByRole('dialog', { name: t('columns.title') }))
    },
  },
  {
    name: 'compare',
    path: `/compare?${compared.map((name) => `job={${name}}`).join('&')}&attempts=apart&result=best:eval_loss`,
    isTall: true,
    arrive: async (page) => {
      await chart(t('columns.val_loss'))(page)
      await seen(page.getByRole('figure', { name: t('parallel.title') }))
    },
  },
  {
    name: 'model-details',
    path: '/models?type=klausur',
    isTall: true,
    arrive: async (page) => {
      for (const version of ['v1.0', 'v2.0']) {
        const named = { type: t('common.klausur'), version }
        await main(page)
          .getByRole('button', { name: t('version.detailsOf', named) })
          .click()
      }
      await seen(main(page).getByText(t('version.sameFilesAs')))
      await expect.poll(() => main(page).getByText('weights.safetensors').count()).toBe(2)
    },
  },
  {
    name: 'create-job-finds-checkpoint',
    path: '/jobs/new',
    arrive: async (page) => {
      await page.getByRole('radio', { name: t('createJob.runner') }).check()
      await page.getByRole('radio', { name: t('createRunner.fromCheckpoint') }).check()
      await page.getByLabel(t('createRunner.findJob')).fill('Zeugnisse')
      await seen(page.getByRole('list', { name: t('createRunner.found') }))
    },
  },
  {
    name: 'create-job-from-checkpoint',
    path: `/jobs/new?from={${trained.running}}&resume_from={${trained.running}}:60`,
    arrive: async (page) => {
      await expect.poll(() => page.getByLabel(t('createRunner.checkpoint'), { exact: true }).inputValue()).toBe('60')
      await seen(page.getByRole('listitem').filter({ hasText: 'laptop' }))
    },
  },
  {
    name: 'runners',
    path: '/runners',
    arrive: async (page) => {
      await seen(page.getByRole('rowheader', { name: 'slurm-4712' }))
      await seen(main(page).getByText(t('runners.stalled')))
    },
  },
  {
    name: 'runners-arrived',
    path: '/runners',
    arrive: async (page) => {
      const token = await makeToken(page, 'Labor 2')
      await place(page, 'slurm')
      await page.evaluate(claim, token)
      await seen(main(page).getByText(t('connect.arrived', { names: 'slurm-4713' })))
    },
  },
]

/** Has a runner ask for a job of a kind that nobody waits for. */
async function claim(token: string): Promise<void> {
  const body = { runner: 'slurm-4713', claim_id: crypto.randomUUID(), model_types: ['zeugnis'] }
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  await fetch('/api/v1/admin/training/claims', { method: 'POST', headers, body: JSON.stringify(body) })
}
