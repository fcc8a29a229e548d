/** The metrics that have a field of their own in the API. All others are shown by the names that trainers give them. */
export type NamedMetric = keyof typeof aliases

/**
 * What trainers commonly call these metrics, the first that is reported first: those of Transformers (`eval_loss`), Keras
 * (`val_accuracy`), Lightning (`train_loss_step`, `lr-AdamW`), and names in groups (`train/loss`). A field's own name
 * precedes them all.
 */
const aliases = {
  loss: ['train_loss', 'train/loss', 'training_loss', 'train_loss_step', 'loss_step', 'train_loss_epoch', 'loss_epoch'],
  val_loss: [
    ...['eval_loss', 'validation_loss', 'valid_loss', 'val/loss', 'eval/loss', 'validation/loss', 'valid/loss'],
    ...['val_loss_epoch', 'val_loss_step'],
  ],
  learning_rate: ['lr', 'train/learning_rate', 'train/lr', 'train_lr', /^lr-\w+(\/pg1)?$/],
  accuracy: scoreNames('accuracy', 'acc'),
  precision: scoreNames('precision'),
  recall: scoreNames('recall'),
  f1_score: scoreNames('f1_score', 'f1'),
} satisfies Record<string, readonly (string | RegExp)[]>

/** A score's names: on the validation data in the first place, which says more than that on the training data. */
function scoreNames(...names: [string, ...string[]]): string[] {
  const groups = ['eval', 'val', 'validation', 'valid', 'test', 'train']
  const grouped = groups.flatMap((group) => names.flatMap((name) => [`${group}_${name}`, `${group}/${name}`]))
  return [...names.slice(1), ...grouped]
}

/** The name under which the metrics hold the value of a field; `null`: they hold none. */
export function nameOf(metrics: Readonly<Record<string, unknown>>, field: NamedMetric): string | null {
  if (Object.hasOwn(metrics, field)) return field
  for (const alias of aliases[field]) {
    if (typeof alias !== 'string') {
      const name = Object.keys(metrics).find((one) => alias.test(one))
      if (name !== undefined) return name
    } else if (Object.hasOwn(metrics, alias) && !isMean(metrics, alias)) return alias
  }
  return null
}

/** Transformers ends with the mean loss of the whole training, beside its duration: no point of a curve that has fallen. */
const isMean = (metrics: Readonly<Record<string, unknown>>, name: string): boolean =>
  name === 'train_loss' && Object.hasOwn(metrics, 'train_runtime')

/** The names under which the metrics hold the values of all fields. */
export const namesOfFields = (metrics: Readonly<Record<string, unknown>>): string[] =>
  (Object.keys(aliases) as NamedMetric[]).flatMap((field) => nameOf(metrics, field) ?? [])

/** The metrics of a history that asks for none: those that the reference has. */
export const historyMetrics = [
  'loss',
  'val_loss',
  'learning_rate',
  'accuracy',
] as const satisfies readonly NamedMetric[]

/** The names among those reported by which a metric is meant: its own, and if it has a field, the others of that. */
export function reportedNames(asked: string, reported: readonly string[]): string[] {
  const others: readonly (string | RegExp)[] = Object.hasOwn(aliases, asked) ? aliases[asked as NamedMetric] : []
  return reported.filter(
    (name) => name === asked || others.some((one) => (typeof one === 'string' ? one === name : one.test(name))),
  )
}

/** Losses, errors and perplexities should fall, by their names. */
export const isBetterLow = (name: string): boolean =>
  /loss|error|perplexity|(^|[^a-z])(mae|mse|rmse|wer|cer|ppl)([^a-z]|$)/i.test(name)
