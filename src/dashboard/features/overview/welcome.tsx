import { api } from '../../api/client.ts'
import { CurlButton, needsToken } from '../../domain/curl-button.tsx'
import { JobFormLink } from '../../domain/job-form-link.tsx'
import { t } from '../../i18n/text.ts'
import { type CurlRequest, curlOf } from '../../platform/curl.ts'

const firstJob = (): CurlRequest => ({
  method: 'POST',
  url: api.jobs.$url({ query: {} }),
  json: { name: 'Zeugnis Bayern', model_type: 'zeugnis', bundeslaender: ['BY'], epochs: 10 },
})

/** The overview before the first job: what this is, and how to begin. */
export function Welcome() {
  return (
    <section class="panel stack-s welcome" aria-labelledby="welcome">
      <h2 id="welcome">{t('welcome.title')}</h2>
      <p>{t('welcome.text')}</p>
      <div class="row">
        <JobFormLink look="primary">{t('welcome.create')}</JobFormLink>
        <a class="button" href="/docs">
          {t('welcome.docs')}
        </a>
      </div>
      <h3>{t('welcome.terminal')}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre class="code" tabIndex={0}>
        <code>{curlOf(firstJob(), needsToken())}</code>
      </pre>
      <div>
        <CurlButton request={firstJob} />
      </div>
    </section>
  )
}
