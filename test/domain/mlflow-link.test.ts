import { expect, test } from 'vitest'
import { pageOfMlflowLink } from '../../src/dashboard/platform/mlflow-link.ts'

test.each([
  [
    '/mlflow/',
    '#/experiments/3/runs/5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11',
    '/jobs/5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11',
  ],
  ['/mlflow', '#/experiments/3', '/jobs'],
  ['/mlflow', '#/models/zeugnis/versions/1', '/models'],
  ['/mlflow', '', '/jobs'],
  ['/mlflow', '#/experiments/3/runs/../../evil', '/jobs'],
  ['/jobs', '#/experiments/3/runs/x', null],
])('a link that MLflow prints leads to the page of its job: %s%s', (pathname, hash, page) => {
  expect(pageOfMlflowLink({ pathname, hash })).toBe(page)
})
