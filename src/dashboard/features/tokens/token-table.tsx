import { Button } from '../../components/button.tsx'
import { confirm } from '../../components/confirm.tsx'
import { CopyId } from '../../components/copy.tsx'
import { CardTable, tableRoles } from '../../components/table.tsx'
import { toast } from '../../components/toast.tsx'
import { actorNamed } from '../../domain/actor.ts'
import { formatAgo, formatDateTime, shortId } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { revokeToken, type Token } from './data.ts'

/** The tokens, row by row; on narrow screens each row is a card. */
export function TokenTable({ tokens }: { tokens: readonly Token[] }) {
  const columns = ['name', 'role', 'expires', 'lastUsed', 'createdHead'] as const
  return (
    <CardTable
      caption={t('tokens.list')}
      class="token-table"
      headings={[
        ...columns.map((column) => ({ title: t(`tokens.${column}`) })),
        { title: t('copy.id') },
        { title: t('tokens.revoke'), hidden: true },
      ]}
    >
      {tokens.map((token) => (
        <Row key={token.id} token={token} />
      ))}
    </CardTable>
  )
}

function Row({ token }: { token: Token }) {
  const { name, role, created_at, created_by, expires_at, last_used_at } = token
  const facts = [
    [t('tokens.role'), t(`session.${role}`)],
    [t('tokens.expires'), expiryOf(expires_at)],
    [t('tokens.lastUsed'), last_used_at === null ? t('tokens.unused') : formatAgo(last_used_at, Date.now())],
    [t('tokens.createdHead'), creationOf(created_at, actorNamed(created_by))],
    [t('copy.id'), <CopyId key={token.id} id={token.id} name={name} shown={shortId(token.id)} />],
  ] as const
  return (
    <tr {...tableRoles.row} data-expired={isOver(expires_at)}>
      <th {...tableRoles.rowHeading} scope="row">
        {name}
      </th>
      {facts.map(([label, fact]) => (
        <td key={label} {...tableRoles.cell} data-label={label}>
          {fact}
        </td>
      ))}
      <td {...tableRoles.cell}>
        <Button needs="admin" look="danger plain" label={t('tokens.revokeOne', { name })} onClick={() => revoke(token)}>
          {t('tokens.revoke')}
        </Button>
      </td>
    </tr>
  )
}

const isOver = (expires_at: string | null): boolean => expires_at !== null && Date.parse(expires_at) <= Date.now()

function expiryOf(expires_at: string | null): string {
  if (expires_at === null) return t('tokens.never')
  return t(isOver(expires_at) ? 'tokens.expired' : 'tokens.until', { at: formatDateTime(expires_at) })
}

const creationOf = (created_at: string, creator: string | null): string =>
  creator === null
    ? formatDateTime(created_at)
    : t('tokens.createdBy', { at: formatDateTime(created_at), name: creator })

async function revoke({ id, name }: Token): Promise<void> {
  const goAhead = await confirm({
    title: t('tokens.revokeTitle', { name }),
    text: <p>{t('tokens.revokeText')}</p>,
    action: t('tokens.revoke'),
    dangerous: true,
  })
  if (!goAhead) return
  const answer = await revokeToken(id)
  if (answer.ok) toast.done(t('tokens.revoked', { name }))
  else toast.refused(answer.refusal)
  // The button was removed with its row.
  document.getElementById('tokens')?.focus()
}
