import 'vitest'

/** What vitest.config.ts provides to the tests. */
declare module 'vitest' {
  interface ProvidedContext {
    isLong: boolean
  }
}
