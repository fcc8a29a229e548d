import { effect, signal } from '@preact/signals'
import { sleepFor } from '../../../../client/retry.ts'
import type { Problem } from '../../../api/problem.ts'
import { untilReachable } from '../../../api/reachability.ts'
import { refresh } from '../../../api/resource.ts'
import { type CheckedRows, checkRows } from './check.ts'
import { type Columns, findColumns } from './fields.ts'
import { putDocuments } from './put.ts'
import { readFile } from './read-file.ts'
import { noProgress, type Progress, type Sender, sendRows, type Wait } from './send.ts'
import { focusNextStep } from './step.tsx'
import { type FileTable, isUnreadable, type Unreadable } from './table.ts'

/** A file that was read and checked. */
export type OpenFile = { name: string; bytes: number; table: FileTable; columns: Columns; checked: CheckedRows }

/** The state of the upload. It outlives the page of the dataset until the document is closed. */
export type UploadState =
  | { phase: 'none'; unreadable: { name: string; why: Unreadable } | null }
  | { phase: 'reading'; name: string }
  | { phase: 'checked'; file: OpenFile }
  | { phase: 'sending'; file: OpenFile; progress: Progress; wait: Wait | null; cancelling: boolean }
  | { phase: 'stopped'; file: OpenFile; progress: Progress; refusal: Problem }
  | { phase: 'finished'; file: OpenFile; progress: Progress; cancelled: boolean }

/** The upload, one at a time. */
export const upload = signal<UploadState>({ phase: 'none', unreadable: null })

let cancellation = new AbortController()

/** Whether a file may be opened: not while another is being sent or can be resumed. */
export const isFree = (): boolean => !['reading', 'sending', 'stopped'].includes(upload.value.phase)

/** Whether the upload panel is open without a file. */
export const panelOpen = signal(false)

export function togglePanel(): void {
  panelOpen.value = !panelOpen.value
  close()
}

/** Reads and checks the file that was chosen; nothing is sent. */
export async function openFiles(files: readonly File[]): Promise<void> {
  const file = files[0]
  if (file === undefined || !isFree()) return
  panelOpen.value = true
  focusNextStep()
  upload.value = { phase: 'reading', name: file.name }
  const table: FileTable | Unreadable = files.length > 1 ? { reason: 'several' } : await readFile(file)
  if (isUnreadable(table)) {
    upload.value = { phase: 'none', unreadable: { name: file.name, why: table } }
    return
  }
  const columns = findColumns(table.header)
  const { name, size: bytes } = file
  upload.value = { phase: 'checked', file: { name, bytes, table, columns, checked: checkRows(table, columns) } }
}

/** Changes the mapping of columns, and checks all rows again. */
export function chooseColumns(columns: Columns): void {
  const state = upload.value
  if (state.phase !== 'checked') return
  upload.value = { ...state, file: { ...state.file, columns, checked: checkRows(state.file.table, columns) } }
}

/** Closes the file. */
export function close(): void {
  if (isFree()) upload.value = { phase: 'none', unreadable: null }
}

/** Sends the valid rows; after a refusal, the remaining ones. */
export async function send(): Promise<void> {
  const state = upload.value
  if (state.phase !== 'checked' && state.phase !== 'stopped') return
  const { file } = state
  cancellation = new AbortController()
  let progress = state.phase === 'stopped' ? state.progress : noProgress(file.checked.ready)
  const show = (wait: Wait | null) => {
    upload.value = { phase: 'sending', file, progress, wait, cancelling: cancellation.signal.aborted }
  }
  const sender: Sender = {
    put: putDocuments,
    untilReachable,
    sleep: sleepFor,
    now: Date.now,
    onProgress: (made) => {
      progress = made
      show(null)
    },
    onWait: show,
  }
  show(null)
  const ending = await sendRows(progress, sender, cancellation.signal)
  upload.value =
    typeof ending === 'string'
      ? { phase: 'finished', file, progress, cancelled: ending === 'cancelled' }
      : { phase: 'stopped', file, progress, refusal: ending }
  // After a declined sign-in, do not ask again for the counts.
  if (typeof ending === 'string' || ending.status !== 401) void refresh('dataset/')
}

/** Ends the upload after the pending request; what was stored stays. */
export function cancel(): void {
  const state = upload.value
  if (state.phase === 'sending') {
    upload.value = { ...state, cancelling: true }
    cancellation.abort()
  } else if (state.phase === 'stopped') {
    upload.value = { phase: 'finished', file: state.file, progress: state.progress, cancelled: true }
  }
}

const askBeforeLeaving = (event: BeforeUnloadEvent) => event.preventDefault()

// Leaving the page would interrupt the upload.
effect(() => {
  if (upload.value.phase === 'sending') addEventListener('beforeunload', askBeforeLeaving)
  else removeEventListener('beforeunload', askBeforeLeaving)
})
