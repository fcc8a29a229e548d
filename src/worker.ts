import { app } from './app.ts'
import { compose } from './jobs/parts.ts'
import { sweep } from './jobs/sweeper.ts'

export { TrainingJob } from './jobs/training-job.ts'

export default {
  fetch: (request, env, ctx) => app.fetch(request, compose(env), ctx),
  scheduled: (_controller, env) => sweep(env, Date.now()),
} satisfies ExportedHandler<Env>
