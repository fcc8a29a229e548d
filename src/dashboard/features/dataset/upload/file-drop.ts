import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { may } from '../../../api/session.ts'
import { isFree, openFiles } from './upload.ts'

/** Whether an acceptable file is dragged over the page. */
export const dragging = signal(false)

const isWelcome = (event: DragEvent) => event.dataTransfer?.types.includes('Files') && may('operator') && isFree()

function over(event: DragEvent): void {
  if (!event.dataTransfer?.types.includes('Files')) return
  // A file dropped elsewhere must not replace the page.
  event.preventDefault()
  dragging.value = Boolean(isWelcome(event))
  event.dataTransfer.dropEffect = dragging.value ? 'copy' : 'none'
}

function leave(event: DragEvent): void {
  if (event.relatedTarget === null) dragging.value = false
}

function drop(event: DragEvent): void {
  if (!event.dataTransfer?.types.includes('Files')) return
  event.preventDefault()
  dragging.value = false
  if (isWelcome(event)) void openFiles([...event.dataTransfer.files])
}

/** Accepts files dropped anywhere on the page while it is shown. */
export function useFileDrop(): void {
  useEffect(() => {
    addEventListener('dragover', over)
    addEventListener('dragleave', leave)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('dragleave', leave)
      removeEventListener('drop', drop)
      dragging.value = false
    }
  }, [])
}
