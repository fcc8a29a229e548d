import { isOfSystem } from '../../../domain/curves/source.ts'

/** Metrics whose names begin alike. */
export type MetricGroup = { prefix: string; names: string[] }

/** What trainers put before an underscore to say on which data; before a slash, everything is a prefix. */
const underscored = /^(train|training|eval|evaluation|val|valid|validation|test|predict)_/

/** The prefix of a metric: `train/` of `train/loss`, `eval_` of `eval_loss`; empty: it has none. */
export const prefixOf = (name: string): string =>
  name.includes('/') ? name.slice(0, name.indexOf('/') + 1) : (underscored.exec(name)?.[0] ?? '')

/**
 * Metrics by their prefixes, those without one first, and in order of their names: `layer2` before `layer10`. Those of the machine
 * come last, since they are looked at when something is wrong.
 */
export function groupsOf(names: readonly string[]): MetricGroup[] {
  const groups = Map.groupBy([...names].sort(byName), prefixOf)
  return [...groups]
    .map(([prefix, names]) => ({ prefix, names }))
    .sort((a, b) => Number(isOfSystem(a.prefix)) - Number(isOfSystem(b.prefix)) || byName(a.prefix, b.prefix))
}

const collator = new Intl.Collator('en', { numeric: true })
const byName = (a: string, b: string): number => collator.compare(a, b)

/** The metrics whose names have all of these words, in any order and case. */
export function found(names: readonly string[], search: string): readonly string[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return words.length === 0 ? names : names.filter((name) => words.every((word) => name.toLowerCase().includes(word)))
}
