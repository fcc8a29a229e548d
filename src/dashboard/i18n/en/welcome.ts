/** The overview of a service that has no jobs yet. */
export const welcome = {
  title: 'Welcome to Stellwerk',
  text: 'Stellwerk starts training jobs, shows them live, and keeps the model versions they produce. Each running job appears here as a train on its track.',
  create: 'Create the first job',
  terminal: 'The same from a terminal',
  docs: 'API reference',
} as const
