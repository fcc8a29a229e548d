/**
 * Preloaded into a training (`node --import gate.mjs train.ts`), which then waits after each checkpoint until a file of the
 * checkpoint's name stands in the folder `GATE`: however fast or slow the machine, a test is there before the next step.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { basename, join } from 'node:path'

const { renameSync } = fs
const clock = new Int32Array(new SharedArrayBuffer(4))

fs.renameSync = (from, to) => {
  renameSync(from, to)
  while (!fs.existsSync(join(process.env.GATE ?? '', basename(String(to))))) Atomics.wait(clock, 0, 0, 20)
}
syncBuiltinESMExports()
