import type { JobSnapshot } from '../../../client/index.ts'
import type { JobStatus } from '../../../shared/job-status.ts'
import { useScript } from '../../components/use-script.ts'
import { WhenInView } from '../../components/when-in-view.tsx'

type RecordedProps = { job: JobSnapshot; status: JobStatus }

/** What a runner or a client has stored of a job beside its curves. */
export function Recorded(props: RecordedProps) {
  return (
    <>
      {props.job.trainer === 'runner' && (
        <WhenInView height={480} stays>
          {() => <Output {...props} />}
        </WhenInView>
      )}
      <WhenInView height={240} stays>
        {() => <Files {...props} />}
      </WhenInView>
    </>
  )
}

function Files(props: RecordedProps) {
  const { script } = useScript(() => import('./files/files-panel.tsx'))
  return script && <script.FilesPanel {...props} />
}

function Output(props: RecordedProps) {
  const { script } = useScript(() => import('./output/output-panel.tsx'))
  return script && <script.OutputPanel {...props} />
}
