import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { descriptionOf, heading, seen, signInAt } from './actions.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'empty', vars: { DEFAULT_TRAINER: 'runner' } })
const signedOut = [/status of 401/]

const main = (page: Page) => page.getByRole('main')
const button = (page: Page, name: string) => main(page).getByRole('button', { name, exact: true })
const commandOn = (page: Page) => page.getByRole('region', { name: t('connect.command') }).textContent()
const rowOf = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${name}`) }) })

/** What trains: a script that reports its param, as the job has it. */
const script = `
import { readFileSync } from 'node:fs'
const { params } = JSON.parse(readFileSync(process.env.STELLWERK_JOB, 'utf8'))
for (let step = 0; step < 3; step++)
  console.log('::metrics ' + JSON.stringify({ step, total_steps: 3, loss: 1 / (step + 1), seed: Number(params.seed) }))
`

/** A machine of somebody who types a command into their shell, in the folder of their script. */
function machine(): { home: string; type: (command: string, answer: string) => ChildProcess } {
  const home = mkdtempSync(join(tmpdir(), 'stellwerk-home-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }))
  writeFileSync(join(home, 'train.mjs'), script)
  const env = { HOME: home, PATH: process.env.PATH } as unknown as NodeJS.ProcessEnv
  const type = (command: string, answer: string) => {
    const shell = spawn('bash', ['-c', command], {
      cwd: home,
      env,
      detached: true,
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    shell.stdin?.end(`${answer}\n`)
    onTestFinished(() => end(shell))
    return shell
  }
  return { home, type }
}

/** Ctrl+C, which all processes of the terminal get. */
function end({ pid = 0, exitCode, signalCode }: ChildProcess): void {
  if (exitCode === null && signalCode === null) process.kill(-pid, 'SIGINT')
}

test('the command as it is shown connects a runner: the page says so, and the runner trains what the form creates', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/runners', at.service.admin)
  await seen(main(page).getByText(t('runners.none')))
  await seen(main(page).getByText(t('connect.createFirst')))
  await page.getByLabel(t('connect.name')).fill('Labor 1')
  await button(page, t('tokens.submit')).click()
  await seen(main(page).getByText(t('connect.created', { name: 'Labor 1' })))
  await seen(main(page).getByText(t('connect.waiting')))
  const token = await page.getByRole('textbox', { name: t('tokens.token'), exact: true }).inputValue()
  await page.getByLabel(t('connect.training')).fill('node train.mjs')
  await expect.poll(() => commandOn(page)).toContain('-- node train.mjs')
  const command = (await commandOn(page)) ?? ''
  // The token stands in no address, no storage and no command; a list of processes does not have it either.
  const kept = () => page.evaluate(() => JSON.stringify([location.href, { ...localStorage }, { ...sessionStorage }]))
  expect(`${command} ${await kept()}`).not.toContain(token)

  const { home, type } = machine()
  const shell = type(command, token)
  const name = execFileSync('hostname', { encoding: 'utf8' }).trim()
  await seen(page.getByText(t('connect.arrived', { names: name })))
  await seen(rowOf(page, name).getByText(t('runners.idle')))
  await seen(rowOf(page, name).getByText('Labor 1', { exact: true }))
  expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(token)
  expect(readFileSync(join(home, '.stellwerk/Labor_1.token'), 'utf8')).toBe(`${token}\n`)

  await main(page)
    .getByRole('link', { name: t('connect.newJob') })
    .click()
  await seen(heading(page, t('common.newJob')))
  // As DEFAULT_TRAINER says.
  await expect.poll(() => page.getByRole('radio', { name: t('createJob.runner') }).isChecked()).toBe(true)
  await seen(page.getByRole('listitem').filter({ hasText: name }).getByText(t('runners.idle')))
  await page.getByLabel(t('createJob.name'), { exact: true }).fill('Aus dem Formular')
  await page.getByRole('checkbox', { name: 'Bayern' }).check()
  await button(page, t('createRunner.addParam')).click()
  await page.getByLabel(t('createRunner.paramNameOf', { number: 1 })).fill('seed')
  await page.getByLabel(t('createRunner.paramValueOf', { number: 1 })).fill('17')
  await button(page, t('createJob.submit')).click()
  // The badge under the heading; the attempt may say the same.
  await seen(main(page).locator('.badge').getByText(t('common.completed')).first())
  const [job] = await at.service.jobs()
  expect(job).toMatchObject({ params: { seed: '17' }, summary: { seed: { latest: 17 } }, max_attempts: 3 })

  await page
    .getByRole('navigation')
    .getByRole('link', { name: t('common.runners') })
    .click()
  await seen(rowOf(page, name).getByText(`(${t('runners.ended-completed')})`))
  await expect.poll(() => page.content()).not.toContain(token)
  end(shell)
  await seen(main(page).getByText(t('runners.noneThere')))
  await main(page)
    .getByText(t('runners.gone', { count: 1 }))
    .click()
  await seen(rowOf(page, name).getByText(t('runners.ended'), { exact: true }))
})

test('behind Cloudflare Access the page says that runners need another address', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/runners', at.service.admin)
  await seen(main(page).getByText(t('connect.needs')))
  expect(await main(page).getByText(t('connect.access')).count()).toBe(0)
  const session = { kind: 'access', name: 'anna@example.org', role: 'admin', expires_at: null }
  await page.route('**/session', (route) => route.fulfill({ json: session }))
  await page.reload()
  await seen(main(page).getByText(t('connect.access')))
})

test('who is no administrator reads who makes tokens, and sees the command, which asks for one', async () => {
  const operator = await at.service.token('operator')
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/runners', operator)
  await seen(main(page).getByText(t('connect.adminsOnly', { role: t('session.runner') })))
  expect(await button(page, t('tokens.submit')).count()).toBe(0)
  await expect.poll(() => commandOn(page)).toContain('read -rs token')
  await at.service.revoke(operator)
})

test('a missing or taken name of a token, and a command that trains nothing, are reported at their fields', async () => {
  const taken = await at.service.token('runner', 'taken')
  const { page } = await at.visit({ expects: [...signedOut, /status of 409/] })
  await signInAt(page, '/runners', at.service.admin)
  await button(page, t('tokens.submit')).click()
  const name = page.getByLabel(t('connect.name'))
  await expect.poll(() => descriptionOf(name)).toContain(t('tokens.nameMissing'))
  await name.fill('taken')
  await button(page, t('tokens.submit')).click()
  await expect.poll(() => descriptionOf(name)).toContain(t('tokens.nameTaken'))
  const training = page.getByLabel(t('connect.training'))
  await training.fill(' ')
  await expect.poll(() => descriptionOf(training)).toContain(t('connect.trainingMissing'))
  await expect.poll(() => button(page, t('connect.copy')).getAttribute('aria-disabled')).toBe('true')
  await at.service.revoke(taken)
})

test('a link to connecting a runner leads to where that is done', async () => {
  const { page } = await at.visit({ expects: signedOut, viewport: { width: 360, height: 500 } })
  await signInAt(page, '/jobs/new', at.service.admin)
  await page.getByRole('link', { name: t('createRunner.connect') }).click()
  await seen(heading(page, t('runners.title')))
  const title = page.getByRole('heading', { name: t('connect.title') })
  await expect.poll(async () => (await title.boundingBox())?.y ?? 9_999).toBeLessThan(400)
})

test('without the server the list stays, with its time; refused, it says why and is read again', async () => {
  const { context, page } = await at.visit({ expects: [...signedOut, /net::ERR_/, /status of 503/] })
  await page.route('**/training/runners', (route) => route.fulfill({ status: 503, body: 'Busy' }), { times: 1 })
  await signInAt(page, '/runners', at.service.admin)
  await main(page)
    .getByRole('alert')
    .getByRole('button', { name: t('common.retry') })
    .click()
  const asOf = main(page)
    .getByText(t('common.asOf', { time: '' }))
    .first()
  await seen(asOf)
  await context.setOffline(true)
  await seen(page.getByText(t('common.offline', { time: '' }).split('{')[0]?.slice(0, 20) ?? ''))
  await seen(asOf)
  await context.setOffline(false)
})
