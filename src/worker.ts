import { app } from './app.ts'
import { sweep } from './jobs/sweeper.ts'

export { TrainingJob } from './jobs/training-job.ts'

export default {
  fetch: app.fetch,
  scheduled: (_controller, env) => sweep(env, Date.now()),
} satisfies ExportedHandler<Env>
