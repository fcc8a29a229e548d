/** Stands in for the module `cloudflare:workers`: all that the objects take from it. */
export class DurableObject<E = unknown> {
  protected readonly ctx: DurableObjectState
  protected readonly env: E

  constructor(ctx: DurableObjectState, env: E) {
    this.ctx = ctx
    this.env = env
  }
}
