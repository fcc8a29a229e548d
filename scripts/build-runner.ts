/** Part of `npm run build`: makes dist/public/runner.mjs, the runner program as one file for Node ≥ 20, which the Worker serves. */
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

const path = (relative: string) => fileURLToPath(new URL(`../${relative}`, import.meta.url))

await build({
  input: path('src/runner/main.ts'),
  platform: 'node',
  transform: { target: 'node20' },
  output: { file: path('dist/public/runner.mjs'), banner: '#!/usr/bin/env node' },
})
