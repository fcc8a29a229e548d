import { useSignal } from '@preact/signals'
import { CopyButton } from '../../components/copy.tsx'
import { Segments, TextField } from '../../components/field.tsx'
import { exampleTraining, type RunnerPlace, runnerCommand, runnerPlaces } from '../../domain/runner-command.ts'
import { t } from '../../i18n/text.ts'
import { TRAINING_COMMAND_LENGTH_MAX } from '../../platform/limits.ts'

/** What shows the output of a runner that is a service. */
const unitOutput = 'journalctl --user -u stellwerk-runner -f'

/** The command that connects a runner, for where it is to run. `tokenName`: of the token that it asks for; `null`: none. */
export function CommandStep({ tokenName }: { tokenName: string | null }) {
  const place = useSignal<RunnerPlace>('shell')
  const training = useSignal(exampleTraining)
  const error = trainingError(training.value)
  const command = runnerCommand(place.value, {
    origin: location.origin,
    tokenName,
    training: error === null ? training.value.trim() : exampleTraining,
  })
  return (
    <>
      <div class="connect-training">
        <TextField
          label={t('connect.training')}
          hint={t('connect.trainingHint')}
          error={error ?? undefined}
          value={training.value}
          autocomplete="off"
          onInput={(value) => {
            training.value = value
          }}
        />
      </div>
      <div>
        <Segments
          label={t('connect.place')}
          value={place.value}
          options={runnerPlaces.map((one) => [one, t(`connect.${one}`)] as const)}
          onChange={(next) => {
            place.value = next
          }}
        />
      </div>
      <p>
        {t(`connect.${place.value}Text`)} {place.value === 'systemd' && <code>{unitOutput}</code>}
      </p>
      {tokenName !== null && (
        <p>
          {t('connect.asks')} {place.value === 'shell' && t('connect.again')}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="code" aria-label={t('connect.command')} tabIndex={0}>
        <pre>{command}</pre>
      </section>
      <div>
        <CopyButton text={() => command} done={t('connect.copied')} unavailable={error}>
          {t('connect.copy')}
        </CopyButton>
      </div>
    </>
  )
}

/** What is wrong with a command that trains; `null`: nothing. A line break would end the command that it is part of. */
function trainingError(training: string): string | null {
  if (training.trim() === '') return t('connect.trainingMissing')
  if (training.length > TRAINING_COMMAND_LENGTH_MAX)
    return t('connect.trainingTooLong', { max: TRAINING_COMMAND_LENGTH_MAX })
  return /\p{Cc}/u.test(training) ? t('connect.trainingLines') : null
}
