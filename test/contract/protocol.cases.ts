import { describe, inject, test } from 'vitest'
import { readThemes } from '../protocol/cases.ts'
import { runCase } from '../protocol/driver.ts'
// Its fetch holds every answer against the service's document.
import './client.ts'

for (const { theme, cases } of readThemes()) {
  describe(theme, () => {
    for (const one of cases) test(one.promise, () => runCase({ url: inject('baseUrl') }, one))
  })
}
