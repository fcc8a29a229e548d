/** Stand-in for the module `cloudflare:workers`, with the parts that the objects use. */
export class DurableObject<E = unknown> {
  protected readonly ctx: DurableObjectState
  protected readonly env: E

  constructor(ctx: DurableObjectState, env: E) {
    this.ctx = ctx
    this.env = env
  }
}
