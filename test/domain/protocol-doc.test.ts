import { readFileSync } from 'node:fs'
import type { z } from '@hono/zod-openapi'
import { expect, test } from 'vitest'
import { CheckpointInput } from '../../src/artifacts/http/checkpoint-routes.ts'
import { Artifact } from '../../src/artifacts/http/schema.ts'
import { Upload, Verification } from '../../src/artifacts/http/upload-schema.ts'
import {
  ClaimedJob,
  ClaimInput,
  FinishAnswer,
  FinishInput,
  ReportAnswer,
  ReportInput,
} from '../../src/jobs/http/runner-schema.ts'
import * as limits from '../../src/platform/limits.ts'

const text = readFileSync('docs/PROTOCOL.md', 'utf8')

/** The section under a heading of the second level. */
const section = (heading: string): string => text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''

const members = ({ shape }: z.ZodObject) => Object.keys(shape)

test.each([
  ['POST /claims', [...members(ClaimInput), ...members(ClaimedJob)]],
  ['POST /jobs/{id}/reports', [...members(ReportInput), ...members(ReportAnswer)]],
  ['POST /jobs/{id}/finish', [...members(FinishInput), ...members(FinishAnswer)]],
  ['POST /jobs/{id}/checkpoints', members(CheckpointInput)],
  ['Files', [...members(Artifact), ...members(Upload), ...members(Verification)]],
])('the protocol names every member of %s', (heading, names) => {
  for (const name of names) expect(section(heading)).toMatch(new RegExp(`[\`"]${name}["\`]`))
})

const number = (value: number) => value.toLocaleString('en')

test.each([
  ['POST /claims', `1–${limits.RUNNER_NAME_LENGTH_MAX} characters`],
  ['POST /claims', `at most ${limits.RUNNER_VERSION_LENGTH_MAX} characters`],
  ['POST /claims', `at most ${limits.RUNNER_LABELS_MAX} names and values of at most ${limits.RUNNER_LABEL_LENGTH_MAX}`],
  [
    'POST /claims',
    `0–${limits.CLAIM_WAIT_MAX_S}; 0 by default. While it waits, the service looks every ${limits.CLAIM_LOOK_MS / 1_000} s`,
  ],
  ['POST /claims', `at most ${limits.BODY_BYTES_MAX / 1_024} KiB`],
  ['POST /claims', `within ${limits.CLAIM_CONFIRMED_WITHIN_MS / 1_000} s is offered`],
  ['POST /claims', `up to ${limits.CLAIM_REPEATS_MAX} times`],
  ['POST /jobs/{id}/reports', `at most ${limits.REPORT_BYTES_MAX / 1_024 / 1_024} MiB`],
  ['POST /jobs/{id}/reports', `at most ${number(limits.REPORT_POINTS_MAX)}, each`],
  ['POST /jobs/{id}/reports', `at most ${number(limits.REPORT_LINES_MAX)} lines`],
  ['POST /jobs/{id}/reports', `change, ${limits.PLANS_MAX} times`],
  ['POST /jobs/{id}/reports', `0–${number(limits.EXPECTED_SILENCE_MAX_S)}:`],
  ['POST /jobs/{id}/reports', `1–${limits.METRIC_NAME_LENGTH_MAX} characters`],
  ['POST /jobs/{id}/reports', `${number(limits.METRIC_NAMES_MAX)} metrics and ${number(limits.JOB_VALUES_MAX)} values`],
  ['POST /jobs/{id}/reports', `Of a line, ${limits.OUTPUT_LINE_BYTES_MAX / 1_024} KiB are kept`],
  ['POST /jobs/{id}/reports', `the last ${limits.OUTPUT_BYTES_MAX / 1_024 / 1_024} MiB`],
  ['POST /jobs/{id}/reports', `at most ${limits.REPORT_DROPPED_MAX} of them`],
  ['POST /jobs/{id}/finish', `at most ${number(limits.ERROR_MESSAGE_LENGTH_MAX)} characters`],
  ['Files', `at most ${number(limits.ARTIFACT_PART_BYTES_MAX)} bytes`],
  ['Files', `${limits.ARTIFACT_BUFFERED_BYTES_MAX / 1_024 / 1_024} MiB`],
  ['Files', `at most ${limits.ARTIFACT_PATH_BYTES_MAX} bytes, without`],
  [
    'Files',
    `${number(limits.ARTIFACTS_PER_JOB_MAX)} files, and ${limits.ARTIFACT_GB_PER_JOB_DEFAULT} GB (the var \`MAX_ARTIFACT_GB`,
  ],
  ['Files', `at least ${limits.ARTIFACT_PART_BYTES_MIN / 1_024 / 1_024} MiB`],
  ['Files', `at most ${number(limits.ARTIFACT_PARTS_MAX)}.`],
  ['POST /jobs/{id}/checkpoints', `registered ${number(limits.CHECKPOINTS_MAX)} |`],
  ['Silence, loss, return', `| ${limits.RUNNER_SILENT_AFTER_MS / 1_000} s |`],
  ['Silence, loss, return', `\`lease.ttl_s\` (${limits.RUNNER_LOST_AFTER_DEFAULT_S})`],
  ['Silence, loss, return', `| ${limits.RUNNER_GIVEN_UP_AFTER_DEFAULT_S / 3_600} h more |`],
  ['Silence, loss, return', `\`max_attempts\` (${limits.MAX_ATTEMPTS_DEFAULT} by default)`],
  ['Timings', `\`lease.heartbeat_s\` (${limits.HEARTBEAT_S})`],
  ['Timings', `${limits.REPORT_WATCHED_S} while somebody watches, else ${limits.REPORT_UNWATCHED_S}`],
  ['Timings', `${limits.GRACE_DEFAULT_S} by default, at most ${number(limits.GRACE_MAX_S)}`],
  ['Timings', `| Claims of one job | ${number(limits.CLAIMS_MAX)} |`],
])('the protocol has the bound that applies: %s, %s', (heading, bound) => {
  expect(section(heading).replace(/\s+/g, ' ')).toContain(bound)
})

test('the limits of requests are those of wrangler.toml', () => {
  const toml = readFileSync('wrangler.toml', 'utf8')
  const limitOf = (name: string) => Number(new RegExp(`"${name}"[^[]*?limit = (\\d+)`).exec(toml)?.[1])
  const [claims, reports] = [limitOf('READ_LIMITER'), limitOf('REPORT_LIMITER')].map(number)
  const failed = limitOf('RUNNER_AUTH_LIMITER')
  const sentence = `${claims} claims with one token, ${reports} reports with one job token, and ${failed} failed attempts`
  expect(section('Trying again').replace(/\s+/g, ' ')).toContain(sentence)
})
