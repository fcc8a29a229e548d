import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { CheckField } from '../components/field.tsx'
import { t } from '../i18n/text.ts'
import { areShortcutsOn, isShortcutListOpen, places, turnShortcuts } from './shortcuts.ts'

/** The keyboard shortcuts, and whether they are used. */
export function ShortcutList() {
  const close = () => {
    isShortcutListOpen.value = false
  }
  return (
    <Dialog open={isShortcutListOpen.value} title={t('shortcuts.title')} onClose={close}>
      <h3>{t('shortcuts.general')}</h3>
      <dl class="shortcuts">
        <Shortcut keys={['?']} text={t('shortcuts.show')} />
        <Shortcut keys={['/']} text={t('shortcuts.search')} />
        <Shortcut keys={['n']} text={t('shortcuts.create')} />
      </dl>
      <h3>{t('shortcuts.goTo')}</h3>
      <dl class="shortcuts">
        {places.map(([key, path, text]) => (
          <Shortcut key={path} keys={['g', key]} text={t(text)} />
        ))}
      </dl>
      <div>
        <CheckField label={t('shortcuts.enabled')} checked={areShortcutsOn.value} onChange={turnShortcuts} />
        <p class="quiet small">{t('shortcuts.enabledHint')}</p>
      </div>
      <div class="actions">
        <Button onClick={close}>{t('common.close')}</Button>
      </div>
    </Dialog>
  )
}

function Shortcut({ keys, text }: { keys: readonly string[]; text: string }) {
  return (
    <div>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{text}</dd>
    </div>
  )
}
