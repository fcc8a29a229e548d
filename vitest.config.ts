import { fileURLToPath } from 'node:url'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { apiSchemas } from './scripts/schema-plugin.ts'
import { LongestFirst } from './test/longest-first.ts'

/** `npm run chaos` and `npm run kill` run in this mode: `npm test` plays a few of their seeds and kills only. */
const isLong = (mode: string) => mode === 'long'

// Tests start some two hundred processes, of scripts and of wrangler: Node keeps what it compiled, by the content of the files.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url))

export default defineConfig(({ mode }) => ({
  test: {
    silent: 'passed-only',
    // All cores, not all but one: a test and its workerd wait for each other, and a small machine has two.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    projects: [
      // The properties take two seconds of a quiet machine, and more than the default five of a busy one.
      { plugins: [apiSchemas()], test: { name: 'domain', include: ['test/domain/**/*.test.ts'], testTimeout: 30_000 } },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations('migrations'),
                // Tests of authentication unset it again.
                ALLOW_ANYONE_ON_LOCALHOST: 'true',
                // Whatever .dev.vars has for `npm start`.
                ADMIN_TOKEN: '',
                SESSION_SECRET: '',
              },
            },
          })),
        ],
        test: {
          name: 'worker',
          include: ['test/worker/**/*.test.ts'],
          setupFiles: ['test/worker/setup.ts'],
          provide: { isLong: isLong(mode) },
          // For what hangs: a busy machine takes its time for a test that makes a hundred objects, or asks for every route.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'], testTimeout: 180_000 } },
      {
        test: {
          name: 'kill',
          include: ['test/kill/**/*.test.ts'],
          globalSetup: ['test/empty-state.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          provide: { isLong: isLong(mode) },
        },
      },
      {
        test: {
          name: 'runner',
          include: ['test/runner/**/*.test.ts'],
          globalSetup: ['test/runner/setup.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 15_000 } },
          provide: { isLong: isLong(mode) },
        },
      },
      {
        test: {
          name: 'clients',
          include: ['test/clients/**/*.test.ts'],
          globalSetup: ['test/clients/setup.ts', 'test/runner/setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        test: {
          name: 'start',
          include: ['test/start/**/*.test.ts'],
          globalSetup: ['test/empty-state.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], testTimeout: 900_000, hookTimeout: 120_000 } },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/setup.ts'],
          // Two browsers would wait for each other on a small machine.
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          globalSetup: ['test/contract/server.ts'],
          testTimeout: 30_000,
        },
      },
    ],
  },
}))
