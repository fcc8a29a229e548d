import '../styles/job-tags.css'
import { t } from '../i18n/text.ts'

/** A tag, which leads to the jobs that have it. */
export function TagLink({ tag }: { tag: string }) {
  return (
    <a class="job-tag" href={`/jobs?${new URLSearchParams({ tag })}`} title={t('jobs.withTag', { tag })}>
      {tag}
    </a>
  )
}
