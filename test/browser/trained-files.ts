/** What the trainings of the tour write, and the files that they leave. */

const colour = (code: number, text: string) => `\x1b[${code}m${text}\x1b[0m`

/** A beginning, warnings, and the steps of an epoch. */
export const lines = [
  { text: 'Loading dataset: 48 documents, 1,204 chunks' },
  { text: `${colour(33, 'warning')}: gradient checkpointing is off, memory use will be high`, stream: 'stderr' },
  ...Array.from({ length: 20 }, (_, n) => ({
    text: `${colour(1, 'epoch 1/3')} step ${5 * n} ${colour(36, 'loss')}=${(2.4 * Math.exp(-n / 18)).toFixed(4)} ${colour(32, '▼')}`,
  })),
  { text: '[runner] checkpoints/step-60 uploaded', stream: 'stderr' },
]

/** How a training ends that has no memory left. */
export const report = [
  { text: 'Traceback (most recent call last):', stream: 'stderr' },
  { text: '  File "/srv/training/train.py", line 214, in <module>', stream: 'stderr' },
  { text: '    loss.backward()', stream: 'stderr' },
  {
    text: colour(
      31,
      'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has 1.93 GiB free.',
    ),
    stream: 'stderr',
  },
]

/** A curve that falls. */
export const plot = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 80">
  <path d="M0 10C40 70 90 60 200 72" fill="none" style="stroke: rgb(10, 88, 166); stroke-width: 2"/></svg>`

type Upload = readonly [path: string, body: string | Uint8Array<ArrayBuffer>, type: string]

/** The files of a model. */
export const weights: readonly Upload[] = [
  ['model/weights.safetensors', 'w'.repeat(1_400_000), 'application/octet-stream'],
  ['model/config.json', '{"layers": 12, "heads": 8}', 'application/json'],
]

const table = `schritt;verlust;f1\n${Array.from({ length: 12 }, (_, n) => `${10 * n};${(2 / (n + 1)).toFixed(3)};${(0.94 - 0.5 / (n + 1)).toFixed(3)}`).join('\n')}\n`
const summary = `<h1>Auswertung</h1><p>F1 nach Bundesland, höher ist besser.</p>
  <table border="1"><tr><th>Land</th><th>F1</th></tr><tr><td>Hessen</td><td>0,94</td></tr><tr><td>Bremen</td><td>0,91</td></tr></table>`

/** Confusions of eight classes, 96 × 96 pixels. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAGAAAABgCAAAAADH8yjkAAAAhklEQVR42u3XsQ2AQAwDQLZifzEFFRUVS9Ca4qVYojyXr0+us5RtjxyR56dsAAAAAMABy6Qo7Izl8R65I/gcAAIAJkAMTLP/n0tU7AAAAtECWVFuCuTRLEAAAAFpglbYEP0cgAAAAlMDkqGtLEAAAAFpgctS1JQgAAAAtMDnq2qMRAAAABsALso0UJbFK9U4AAAAASUVORK5CYII=',
  'base64',
)

/** What a training saves beside its model. */
export const bundle: readonly Upload[] = [
  ['auswertung/bericht.html', summary, 'text/html'],
  ['auswertung/verlauf.csv', table, 'text/csv'],
  ['auswertung/verwechslungen.png', new Uint8Array(picture), 'image/png'],
]
