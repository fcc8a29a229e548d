import { signal } from '@preact/signals'
import { t } from '../i18n/text.ts'
import { COPIED_MS } from '../platform/limits.ts'
import { Button, type ButtonProps } from './button.tsx'
import { ActionIcon } from './icons.tsx'
import { announce, toast } from './toast.tsx'

/** Puts a text into the clipboard. @returns whether the browser allowed it: it does over https and on localhost only */
export async function copyText(text: string): Promise<boolean> {
  return Boolean(
    await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    ),
  )
}

/** The text whose button says that it was copied. */
const justCopied = signal<string | null>(null)

async function copyId(id: string): Promise<void> {
  if (!(await copyText(id))) return toast.failed(t('copy.failed'))
  justCopied.value = id
  announce(t('copy.copied'))
  setTimeout(() => {
    if (justCopied.value === id) justCopied.value = null
  }, COPIED_MS)
}

type CopyIdProps = {
  id: string
  /** What it identifies, for screen readers. */
  name: string
  /** The part of it to show; all of it by default. */
  shown?: string
}

/** An id, and a button that copies it. */
export function CopyId({ id, name, shown = id }: CopyIdProps) {
  return (
    <span class="copy-id">
      <span class="mono" title={id}>
        {shown}
      </span>
      <Button look="plain" label={t('copy.copyIdOf', { name })} onClick={() => copyId(id)}>
        <ActionIcon name={justCopied.value === id ? 'copied' : 'copy'} />
      </Button>
    </span>
  )
}

type CopyButtonProps = Pick<ButtonProps, 'children' | 'look' | 'unavailable'> & {
  /** The text to copy, made when it is asked for. */
  text: () => string
  /** What is said once it is copied. */
  done: string
}

/** A button that copies a text. */
export function CopyButton({ text, done, ...rest }: CopyButtonProps) {
  const copy = async () => {
    if (await copyText(text())) toast.done(done)
    else toast.failed(t('copy.failed'))
  }
  return <Button {...rest} onClick={copy} />
}
