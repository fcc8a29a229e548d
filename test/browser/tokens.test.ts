import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { descriptionOf, enterToken, heading, seen, signInAt, signInDialog } from './actions.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'empty' })
const signedOut = [/status of 401/]

const nameField = (page: Page) => page.getByLabel(t('tokens.name'), { exact: true })
const submit = (page: Page) => page.getByRole('button', { name: t('tokens.submit') }).click()
const rowOf = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })

test('a token created by an admin is shown once, and grants access until it is revoked', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/tokens', at.service.admin)
  await seen(page.getByText(t('tokens.none')))
  await nameField(page).fill('Anna')
  await page.getByRole('radio', { name: t('session.operator') }).check()
  await page.getByLabel(t('tokens.validFor')).selectOption({ label: t('tokens.days30') })
  await submit(page)

  const made = page.getByRole('region', { name: t('tokens.created', { name: 'Anna' }) })
  await seen(made)
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent))
    .toBe(t('tokens.created', { name: 'Anna' }))
  const token = await made.getByLabel(t('tokens.token')).inputValue()
  expect(token).toMatch(/^stw_/)
  await seen(rowOf(page, 'Anna').getByText(t('session.operator'), { exact: true }))

  const { page: annas } = await at.visit({ expects: [...signedOut, /status of 403/] })
  await annas.goto('/')
  await enterToken(annas, { token })
  await seen(annas.getByRole('banner').getByText('Anna', { exact: true }))
  await expect
    .poll(() =>
      annas
        .getByRole('banner')
        .getByRole('link', { name: t('tokens.nav') })
        .count(),
    )
    .toBe(0)
  await annas.goto('/tokens')
  await seen(annas.getByText(t('tokens.adminsOnly')))

  await made.getByRole('button', { name: t('tokens.done') }).click()
  await expect.poll(() => page.content()).not.toContain(token)
  await page.reload()
  await seen(rowOf(page, 'Anna'))
  await expect.poll(() => page.content()).not.toContain(token)

  await page.getByRole('button', { name: t('tokens.revokeOne', { name: 'Anna' }) }).click()
  const question = page.getByRole('dialog', { name: t('tokens.revokeTitle', { name: 'Anna' }) })
  await question.getByRole('button', { name: t('tokens.revoke') }).click()
  await seen(page.getByText(t('tokens.none')))
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('tokens')
  await annas.goto('/models')
  await seen(signInDialog(annas))
})

test('a missing or taken name is reported at its field, and no token is created', async () => {
  const { page } = await at.visit({ expects: [...signedOut, /status of 409/] })
  const taken = await at.service.token('viewer', 'taken')
  await signInAt(page, '/tokens', at.service.admin)
  await seen(heading(page, t('tokens.title')))
  await submit(page)
  await expect.poll(() => descriptionOf(nameField(page))).toContain(t('tokens.nameMissing'))
  await nameField(page).fill('taken')
  await expect.poll(() => descriptionOf(nameField(page))).not.toContain(t('tokens.nameMissing'))
  await submit(page)
  await expect.poll(() => descriptionOf(nameField(page))).toContain(t('tokens.nameTaken'))
  await expect.poll(() => nameField(page).evaluate((field) => field === document.activeElement)).toBe(true)
  await expect.poll(() => page.getByRole('rowheader').count()).toBe(1)
  await at.service.revoke(taken)
})
