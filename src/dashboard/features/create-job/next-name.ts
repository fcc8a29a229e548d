import { nameLengthMax } from './bounds.ts'

/** A name for another one of the kind: „Zeugnis Bayern“, „Zeugnis Bayern (2)“, „Zeugnis Bayern (3)“. */
export function nextName(name: string): string {
  const [, base = name, count = '1'] = /^(.*?)(?: \((\d{1,4})\))?$/su.exec(name) ?? []
  const suffix = ` (${Number(count) + 1})`
  return [...base].slice(0, nameLengthMax - suffix.length).join('') + suffix
}
