import { useState } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import { Button } from '../../components/button.tsx'
import { useScript } from '../../components/use-script.ts'
import { namesIn } from '../../domain/job-columns.ts'
import { t } from '../../i18n/text.ts'
import { listColumns } from './columns.ts'

/** Opens the choice of columns, among what the jobs on the page have. */
export function ColumnsButton({ jobs }: { jobs: readonly JobSnapshot[] }) {
  const [isOpen, setOpen] = useState(false)
  // Loaded by the first click, and mounted from then on, so that the focus returns to the button.
  const [isWanted, setWanted] = useState(false)
  const open = () => {
    setWanted(true)
    setOpen(true)
  }
  return (
    <div class="jobs-columns">
      <Button look="plain" onClick={open}>
        {t('columns.chooseCount', { count: listColumns.keys.value.length })}
      </Button>
      {isWanted && <Picker jobs={jobs} isOpen={isOpen} onClose={() => setOpen(false)} />}
    </div>
  )
}

type PickerProps = { jobs: readonly JobSnapshot[]; isOpen: boolean; onClose: () => void }

function Picker({ jobs, isOpen, onClose }: PickerProps) {
  const { script } = useScript(() => import('../../domain/column-picker.tsx'))
  if (script === null) return null
  const { keys, choose, reset } = listColumns
  return (
    <script.default
      open={isOpen}
      onClose={onClose}
      chosen={keys.value}
      names={namesIn(jobs)}
      onChoose={choose}
      onReset={reset}
    />
  )
}
