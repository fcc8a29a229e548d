import { app } from './app.ts'
import { compose } from './jobs/object/parts.ts'
import { sweep } from './jobs/sweeper.ts'

export { TrainingJob } from './jobs/object/training-job.ts'

export default {
  fetch: (request, env, ctx) => app.fetch(request, compose(env), ctx),
  scheduled: (_controller, env) => sweep(env, Date.now()),
} satisfies ExportedHandler<Env>
