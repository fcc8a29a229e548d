import { chart } from './en/chart.ts'
import { common } from './en/common.ts'
import { copy } from './en/copy.ts'
import { job } from './en/job.ts'
import { jobs } from './en/jobs.ts'
import { models } from './en/models.ts'
import { overview } from './en/overview.ts'
import { problem } from './en/problem.ts'
import { session } from './en/session.ts'
import { shortcuts } from './en/shortcuts.ts'
import { simulated } from './en/simulated.ts'
import { tokens } from './en/tokens.ts'
import { welcome } from './en/welcome.ts'

/** Every text in English, by section. German has the same keys. */
export const en = {
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
