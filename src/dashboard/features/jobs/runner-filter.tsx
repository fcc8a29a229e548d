import { useId } from 'preact/hooks'
import { api } from '../../api/client.ts'
import { request } from '../../api/request.ts'
import { useResource } from '../../api/resource.ts'
import { t } from '../../i18n/text.ts'
import { filterByRunner } from './list-query.ts'

/** Shows the jobs of one runner, of those that are there or that the address names. Where no runner is, there is no choice. */
export function RunnerFilter({ runner }: { runner: string }) {
  const id = useId()
  const { data } = useResource('runners/names', loadNames, { everyMs: Infinity })
  const names = [...new Set([...(data ?? []), ...(runner === '' ? [] : [runner])])]
  if (names.length === 0) return null
  return (
    <div class="jobs-runner">
      <label htmlFor={id}>{t('jobList.runner')}</label>
      <select id={id} class="input" value={runner} onChange={(event) => filterByRunner(event.currentTarget.value)}>
        <option value="">{t('jobList.anyRunner')}</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}

async function loadNames(options: Parameters<typeof request>[1]) {
  const answer = await request(() => api.runners.$get(), options)
  return answer.ok ? { ...answer, data: answer.data.map(({ name }) => name) } : answer
}
