import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { heading, seen, signInAt, signInDialog } from './actions.ts'
import { t, texts } from './texts.ts'
import { atService } from './visit.ts'

// Two slots, and a step takes 25 ms: the longest training goes on for minutes.
const at = atService({ state: 'empty', vars: { SIMULATION_SPEED: '20', MAX_ACTIVE_JOBS: '2' } })
const expects = [/status of 401/]

const main = (page: Page) => page.getByRole('main')
const button = (page: Page, name: string) => main(page).getByRole('button', { name })
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText())

/** A visitor who is signed in, whose browser lets pages copy. */
async function visitAt(path: string, token = at.service.admin) {
  const { context, page } = await at.visit({ expects })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: at.service.origin })
  await signInAt(page, path, token)
  return page
}

test('a service without jobs says what it is, offers the first job, and shows how a terminal makes it', async () => {
  const page = await visitAt('/')
  await seen(main(page).getByRole('heading', { name: t('welcome.title') }))
  await seen(main(page).getByText(t('simulated.trainerText')))
  const ways = main(page).getByRole('link', { name: t('welcome.docs') })
  await expect.poll(() => ways.getAttribute('href')).toBe('/docs')
  await button(page, t('copy.curl')).click()
  await seen(page.getByText(t('copy.curlCopiedToken')))
  const command = await clipboard(page)
  expect(command).toContain(`${at.service.origin}/api/v1/admin/training/jobs`)
  expect(command).toContain('$STELLWERK_TOKEN')
  expect(command).not.toContain(at.service.admin.token)
  await main(page)
    .getByRole('link', { name: t('welcome.create') })
    .click()
  await seen(heading(page, t('common.newJob')))
})

test('before signing in no page is named that cannot be seen, and afterwards the focus is on what is there', async () => {
  const { page } = await at.visit({ expects })
  await page.goto('/models')
  await signInDialog(page).waitFor()
  await expect.poll(() => page.title()).toBe(`${t('session.title')} – ${t('common.name')}`)
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('link', { name: t('common.jobs'), exact: true }).count()).toBe(0)
  await page.getByRole('combobox', { name: t('common.theme') }).focus()
  await page
    .getByRole('banner')
    .getByRole('button', { name: t('session.signIn') })
    .click()
  await signInDialog(page).getByLabel(t('session.token')).fill(at.service.admin.token)
  await page.keyboard.press('Enter')
  await seen(heading(page, t('models.title')))
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
  await seen(page.getByRole('link', { name: t('common.jobs'), exact: true }))
})

test('what the form would send can be copied as a command once it is complete', async () => {
  const page = await visitAt('/jobs/new')
  const copy = button(page, t('copy.curl'))
  await seen(copy)
  await expect.poll(() => copy.getAttribute('aria-disabled')).toBe('true')
  await page.getByLabel(t('createJob.name')).fill("Peter's Job")
  await main(page).getByRole('checkbox', { name: 'Bayern' }).check()
  await copy.click()
  await seen(page.getByText(t('copy.curlCopiedToken')))
  const command = await clipboard(page)
  expect(command).toContain('"bundeslaender":["BY"]')
  expect(command).toContain(`Peter'\\''s Job`)
})

test('the id of a job and its requests can be copied', async () => {
  const id = await at.service.create({ name: 'Mit Kennung', epochs: 100 })
  const page = await visitAt(`/jobs/${id}`)
  await button(page, t('copy.copyIdOf', { name: 'Mit Kennung' })).click()
  await expect.poll(() => clipboard(page)).toBe(id)
  await seen(main(page).getByText(t('simulated.trainerText')))
  await main(page).getByText(t('copy.requests')).click()
  await button(page, t('copy.read')).click()
  await expect.poll(() => clipboard(page)).toContain(`/jobs/${id}'`)
  await at.service.command(id, 'cancel')
})

test('buttons keep their places while a job is paused and cancelled, and a double click pauses once', async () => {
  const name = 'Doppelklick'
  const id = await at.service.create({ name, epochs: 100 })
  await at.service.untilStatus(id, 'training')
  const page = await visitAt(`/jobs/${id}`)
  const places = async () => {
    const actions = main(page).locator('.job-buttons :is(a, button)')
    return Promise.all((await actions.all()).map((action) => action.boundingBox()))
  }
  const steering = (command: 'pause' | 'resume') => button(page, `${t(`job.${command}`)} ${name}`)
  await seen(steering('pause'))
  const before = await places()
  await steering('pause').dblclick()
  await seen(steering('resume'))
  await expect.poll(() => places()).toEqual(before)
  expect((await at.service.job(id)).status).toBe('paused')
  await expect.poll(() => page.title()).toMatch(new RegExp(`^${t('common.paused')} \\d+\\s% · ${name}`))
  await at.service.command(id, 'cancel')
  await expect.poll(() => page.title()).toContain(t('common.cancelled'))
  await expect.poll(() => places()).toEqual(before)
})

test('each counter leads to what it counts', async () => {
  const page = await visitAt('/')
  const ways = [
    [t('overview.completedJobs'), '/jobs?status=completed'],
    [t('overview.failedJobs'), '/jobs?status=failed'],
    [t('overview.modelVersions'), '/models'],
  ] as const
  for (const [name, href] of ways) {
    const counter = main(page)
      .getByRole('listitem')
      .getByRole('link', { name: new RegExp(`^\\d+ ${name}$`) })
    await expect.poll(() => counter.getAttribute('href')).toBe(href)
  }
})

test('the train stands where the per cent says', async () => {
  const id = await at.service.create({ name: 'Unterwegs', epochs: 10 })
  await at.service.until(id, ({ progress }) => progress > 20)
  await at.service.command(id, 'pause')
  const { progress } = await at.service.job(id)
  const page = await visitAt(`/jobs/${id}`)
  const track = main(page).getByRole('progressbar')
  await seen(track)
  const share = await track.evaluate((element) => {
    const rail = element.querySelector('.rail')?.getBoundingClientRect()
    const train = element.querySelector('.train')?.getBoundingClientRect()
    return rail && train ? (train.x + train.width / 2 - rail.x) / rail.width : 0
  })
  expect(share * 100).toBeCloseTo(progress, 0)
  await at.service.command(id, 'cancel')
})

test('shortcuts are listed, lead to places, and leave alone what is typed', async () => {
  const page = await visitAt('/models')
  await seen(heading(page, t('models.title')))
  await page.keyboard.press('?')
  const list = page.getByRole('dialog', { name: t('shortcuts.title') })
  await seen(list)
  await page.keyboard.press('n')
  await expect.poll(() => list.isVisible()).toBe(true)
  await page.keyboard.press('Escape')
  await list.waitFor({ state: 'hidden' })
  await page.keyboard.press('/')
  await seen(heading(page, t('jobs.title')))
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search')
  await page.keyboard.press('Escape')
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await seen(heading(page, t('dataset.title')))
  await page.keyboard.press('n')
  await seen(heading(page, t('common.newJob')))
  await page.getByLabel(t('createJob.name')).pressSequentially('gj?n')
  await seen(heading(page, t('common.newJob')))
  await expect.poll(() => page.getByLabel(t('createJob.name')).inputValue()).toBe('gj?n')
})

test('shortcuts that are turned off stay off, and can be turned on again', async () => {
  const page = await visitAt('/')
  const list = page.getByRole('dialog', { name: t('shortcuts.title') })
  const open = page.getByRole('banner').getByRole('button', { name: t('shortcuts.title') })
  await open.click()
  await list.getByRole('checkbox', { name: t('shortcuts.enabled') }).uncheck()
  await page.keyboard.press('Escape')
  await page.reload()
  await seen(heading(page, t('overview.title')))
  await page.keyboard.press('n')
  await page.keyboard.press('?')
  await expect.poll(() => list.isVisible()).toBe(false)
  expect(new URL(page.url()).pathname).toBe('/')
  await open.click()
  await list.getByRole('checkbox', { name: t('shortcuts.enabled') }).check()
  await page.keyboard.press('Escape')
  await page.keyboard.press('n')
  await seen(heading(page, t('common.newJob')))
})

test('a British browser reads British dates and the English names of the Länder', async () => {
  const id = await at.service.create({ name: 'In English', epochs: 100 })
  const { page } = await at.visit({ expects, locale: 'en-GB' })
  const english = texts('en')
  await page.goto(`/jobs/${id}`)
  const dialog = page.getByRole('dialog', { name: english('session.title') })
  await dialog.getByLabel(english('session.token')).fill(at.service.admin.token)
  await page.keyboard.press('Enter')
  await seen(main(page).getByText('Bavaria, Hesse'))
  await seen(
    main(page)
      .getByText(/\d{1,2} \p{L}{3,4} \d{4}, \d{2}:\d{2}\b/u)
      .first(),
  )
  await at.service.command(id, 'cancel')
})
