import fc from 'fast-check'
import * as edge from './edge-http.ts'
import { type Described, isOwn, maySend } from './operations.ts'
import { type Plan, type Sender, senders } from './request.ts'

/** The requests with a sender each, mostly one whose role is sufficient. */
export function withSenders(
  route: Pick<Described, 'method' | 'path' | 'role'>,
  plans: fc.Arbitrary<Plan>,
): fc.Arbitrary<Plan> {
  const isEntitled = (who: Sender) => maySend(who, route.role) || isOwn(who, route)
  const entitled = senders.filter((who) => who !== 'nobody' && who !== 'stranger' && isEntitled(who))
  const anybody = fc.constantFrom(...senders)
  const sender: fc.Arbitrary<Sender> =
    entitled.length === 0
      ? anybody
      : fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...entitled) }, { weight: 1, arbitrary: anybody })
  return fc.tuple(plans, sender, edge.credentials).map(([plan, who, credential]) => {
    return { ...plan, who, headers: who === 'stranger' ? [...plan.headers, credential] : plan.headers }
  })
}
