import { useId } from 'preact/hooks'
import '../styles/choice-cards.css'

type ChoiceCardsProps<V extends string> = {
  legend: string
  /** `null`: none is chosen. */
  value: V | null
  /** An option: its value, its name and an explanation. */
  options: readonly (readonly [value: V, name: string, hint: string])[]
  onChange: (value: V) => void
}

/** A choice among a few options, each with an explanation. */
export function ChoiceCards<V extends string>({ legend, value, options, onChange }: ChoiceCardsProps<V>) {
  const group = useId()
  return (
    <fieldset class="field">
      <legend>{legend}</legend>
      <div class="choice-cards">
        {options.map(([option, name, hint]) => (
          <label key={option} class="choice-card">
            <input
              type="radio"
              name={group}
              value={option}
              checked={option === value}
              onChange={() => onChange(option)}
            />
            <span>
              <strong>{name}</strong>
              <span class="quiet small">{hint}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
