import type { MetricValue } from '../../src/client/index.ts'
import { age } from './aging.ts'
import type { Service } from './service.ts'
import { Runner } from './speaking-runner.ts'
import { documents } from './states.ts'
import { bundle, lines, plot, report, weights } from './trained-files.ts'
import { openRun } from './trained-run.ts'

const minute = 60_000

/** Jobs that runners train, or a script that reports through MLflow, by what is so of each. */
export const trained = {
  waiting: 'Klausuren mit neuem Tokenizer',
  running: 'Zeugnisse mit OCR-Texten',
  pausing: 'Allgemeines Modell, große Batches',
  stopping: 'Klausuren, alte Verordnungen',
  silent: 'Zeugnisse, Nachtlauf',
  stalled: 'Klausuren, 24 Schichten',
  lost: 'Langer Name eines Jobs, dessen Runner verloren ging',
  paused: 'Zeugnisse, bis Montag',
  failed: 'Allgemeines Modell, FP16',
  completed: 'Klausuren, Basismodell',
  again: 'Klausuren ohne Bayern',
  diverged: 'Zeugnisse, Lernrate 1e-2',
  script: 'Notizbuch von Montag',
} as const

/** Jobs that are compared. */
export const compared = ['Lauf A', 'Lauf B', 'Lauf C', 'Lauf D'] as const

/** What a trainer of a language model reports at a step: losses that fall and tremble, scores now and then. */
const said = (step: number): Record<string, MetricValue> => ({
  loss: 0.35 + 2.1 * Math.exp(-step / 90) + 0.05 * Math.sin(step),
  'train/grad_norm': 1 + 3 * Math.exp(-step / 60) + 0.4 * Math.sin(3 * step),
  'train/learning_rate': 3e-5 * Math.min(1, step / 50),
  'system/gpu_memory_gb': 61.5 + Math.sin(step / 9),
  ...(step % 20 === 0 ? { eval_loss: 0.5 + 1.9 * Math.exp(-step / 90), eval_f1: 0.94 - Math.exp(-step / 60) } : {}),
})

const steps = (from: number, to: number) => Array.from({ length: 1 + to - from }, (_, n) => from + n)

/** What happens to the jobs of a service, until each is in its state. @returns what has those that are not to fall silent heard */
export async function train(service: Service): Promise<() => Promise<void>> {
  const [cellar, centre] = [await service.token('runner', 'Keller'), await service.token('runner', 'Rechenzentrum')]
  const gpu = (name: string) => new Runner(service, cellar.token, name)
  await service.register(documents)
  await end(service, gpu('gpu-1'))
  const run = await openRun(service, trained.script)

  const begin = async (runner: Runner, name: keyof typeof trained, more: object = {}) => {
    const id = await runner.beginNew({ name: trained[name], epochs: 3, model_type: 'klausur', ...more })
    await runner.report({ total_steps: 600, points: pointsOf(steps(0, 100), said) })
    return { id, runner }
  }
  const params = { optimizer: 'adamw', seed: '17', schedule: 'cosine' }
  const running = await begin(gpu('gpu-1'), 'running', { model_type: 'zeugnis', params })
  await running.runner.save(60)
  const pausing = await begin(gpu('gpu-2'), 'pausing', { model_type: 'general' })
  const stopping = await begin(gpu('gpu-3'), 'stopping')
  const silent = await begin(gpu('gpu-4'), 'silent')
  const stalled = await begin(gpu('slurm-4711'), 'stalled')
  const lost = await begin(new Runner(service, centre.token, 'gpu-17.cluster-mit-langem-namen.example'), 'lost')
  await lost.runner.save(60)
  const paused = await begin(gpu('gpu-5'), 'paused')
  await service.command(paused.id, 'pause')
  await paused.runner.report({ acknowledged: 1 })
  await paused.runner.finish('paused', { checkpoint: await paused.runner.save(100) })

  await service.whileDead(async () => {
    const ages = [
      ...[pausing, stopping].map(({ id }) => [id, 47 * minute, false] as const),
      ...[running, lost].map(({ id }) => [id, 12 * minute, true] as const),
      [silent.id, 2 * minute, true],
      [stalled.id, 14 * minute, false],
      [run, 90 * minute, true],
    ] as const
    for (const [id, byMs, isUnheard] of ages) age(service.server.state, id, byMs, isUnheard)
  })
  for (const { runner } of [pausing, stopping]) await runner.points(steps(101, 140), said)
  await stalled.runner.report({})
  await service.until(silent.id, ({ attempt }) => attempt?.silent_since !== null)
  for (const { id } of [running, lost]) await service.until(id, ({ offered_at }) => offered_at !== null)
  await service.until(stalled.id, ({ attempt }) => attempt?.stalled_since !== null)

  // What another runner takes over from the one that was lost; the other lost job is not one for it.
  const second = new Runner(service, centre.token, 'slurm-4712')
  const wanted = { model_types: ['zeugnis'], version: '0.1.0' }
  await second.begin({ ...wanted, labels: { gpu: 'H100', partition: 'nacht' } })
  await second.points(steps(61, 140), (step) => ({ ...said(step), loss: 0.4 + 1.8 * Math.exp(-step / 90) }))
  await second.write(lines)
  await service.command(pausing.id, 'pause')
  await service.command(stopping.id, 'cancel')
  await stopping.runner.report({ acknowledged: 1, stopping: 1 })
  await service.claim(cellar.token, { runner: 'laptop', ...wanted })
  await service.create({ name: trained.waiting, model_type: 'klausur', trainer: 'runner' })
  const heard = [pausing.runner, stopping.runner, stalled.runner, second]
  return async () => {
    for (const runner of heard) await runner.report({})
  }
}

const pointsOf = (steps: readonly number[], metricsAt: (step: number) => Record<string, MetricValue>) => {
  const startMs = Date.now() - 47 * minute
  return steps.map((step) => ({
    step,
    timestamp: startMs + 20_000 * step,
    epoch: step / 200,
    metrics: metricsAt(step),
  }))
}

/** The same without what is grouped by its prefix: each chart takes its time, on pages that are to show something else. */
const few = (step: number) =>
  Object.fromEntries(Object.entries(said(step)).filter(([name]) => !/^(train|system)\//.test(name)))

/** Jobs that a runner has trained to their ends, one after another. */
async function end(service: Service, runner: Runner): Promise<void> {
  for (const name of [trained.completed, trained.again]) {
    await runner.beginNew({ name, model_type: 'klausur', epochs: 3 })
    await runner.report({ total_steps: 101, points: pointsOf(steps(0, 100), few) })
    for (const [path, body, type] of [...weights, ...bundle]) await runner.upload(path, body, type)
    await runner.write(lines)
    await runner.finish('completed')
    // What the first was trained on is no longer approved.
    const bavarian = documents.filter(({ bundesland }) => bundesland === 'BY')
    await service.register(bavarian.map((document) => ({ ...document, training_allowed: false })))
  }
  await runner.beginNew({ name: trained.failed, model_type: 'general', epochs: 3 })
  await runner.report({ total_steps: 600, points: pointsOf(steps(0, 100), few) })
  await runner.save(80)
  await runner.upload('plots/verlust.svg', plot, 'image/svg+xml')
  await runner.write(lines)
  await runner.write(report)
  await runner.finish('failed', { error_message: 'CUDA out of memory. Tried to allocate 2.50 GiB.', exit_status: 1 })
  await runner.beginNew({ name: trained.diverged, epochs: 3 })
  const wild = (step: number) =>
    step >= 64 ? { ...said(step), loss: 'NaN', 'train/grad_norm': 'Infinity' } : said(step)
  await runner.report({ total_steps: 600, points: pointsOf(steps(0, 80), wild as typeof said) })
  await runner.finish('failed', { error_message: 'Loss is NaN at step 64.', exit_status: 3 })
  for (const [n, name] of compared.entries()) {
    const params = {
      seed: String(17 + n),
      optimizer: n % 2 === 0 ? 'adamw' : 'lion',
      lr: ['3e-5', '1e-4', '1e-5', '3e-4'][n] ?? '',
    }
    await runner.beginNew({ name, model_type: 'general', epochs: 3, batch_size: 8 * 2 ** (n % 3), params })
    const own = (step: number) =>
      Object.fromEntries(Object.entries(said(step)).map(([key, value]) => [key, Number(value) * (1 + n / 8)]))
    await runner.report({ total_steps: 101, points: pointsOf(steps(0, 60), own) })
    if (n === 0) {
      await runner.finish('released', { checkpoint: await runner.save(40) })
      await runner.begin()
      await runner.report({ points: pointsOf(steps(41, 100), (step) => ({ ...own(step), loss: 0.4 })) })
    }
    await runner.finish('failed', { error_message: 'Stopped for the comparison.' })
  }
}
