import fc from 'fast-check'
import * as odd from './odd-http.ts'
import { type Described, maySend } from './operations.ts'
import { type Person, type Plan, people } from './request.ts'

/** The requests, each sent by somebody: mostly by one whose role suffices. */
export function bySomebody(role: Described['role'], plans: fc.Arbitrary<Plan>): fc.Arbitrary<Plan> {
  const entitled = people.filter((who) => who !== 'nobody' && who !== 'stranger' && maySend(who, role))
  const senders: fc.Arbitrary<Person> = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...entitled) },
    { weight: 1, arbitrary: fc.constantFrom(...people) },
  )
  return fc.tuple(plans, senders, odd.credentials).map(([plan, who, shown]) => {
    return { ...plan, who, headers: who === 'stranger' ? [...plan.headers, shown] : plan.headers }
  })
}
