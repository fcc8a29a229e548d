import { chart } from './de/chart.ts'
import { common } from './de/common.ts'
import { copy } from './de/copy.ts'
import { job } from './de/job.ts'
import { jobs } from './de/jobs.ts'
import { models } from './de/models.ts'
import { overview } from './de/overview.ts'
import { problem } from './de/problem.ts'
import { session } from './de/session.ts'
import { shortcuts } from './de/shortcuts.ts'
import { simulated } from './de/simulated.ts'
import { tokens } from './de/tokens.ts'
import { welcome } from './de/welcome.ts'

/** Every text in German, by section. */
export const de = {
  chart,
  common,
  copy,
  job,
  jobs,
  models,
  overview,
  problem,
  session,
  shortcuts,
  simulated,
  tokens,
  welcome,
}
