import type { ComponentChildren } from 'preact'
import type { Condition } from '../../../domain/condition.ts'
import { ConditionIcon } from '../../../domain/conditions.tsx'

export type NoteProps = {
  condition: Condition | null
  headline: string
  details: readonly string[]
  children?: ComponentChildren
}

/** A headline with the shape of the condition that it is about, and what follows from it. */
export function Note({ condition, headline, details, children }: NoteProps) {
  return (
    <div class="situation" data-condition={condition ?? undefined}>
      {condition && <ConditionIcon of={condition} />}
      <div class="situation-text">
        <p>
          <strong>{headline}</strong>
        </p>
        {details.length > 0 && (
          <ul class="small">
            {details.map((detail) => (
              <li key={detail.replaceAll(/\d/g, '')}>{detail}</li>
            ))}
          </ul>
        )}
        {children}
      </div>
    </div>
  )
}
