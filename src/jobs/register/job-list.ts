import { cutKeysetPage, type Page } from '../../platform/keyset-page.ts'
import { JOBS_BY_ID_MAX, SEARCHED_ROWS_MAX } from '../../platform/limits.ts'
import type { JobSort } from '../../shared/job-sorts.ts'
import { jobStatuses } from '../../shared/job-status.ts'
import { modelTypes } from '../../shared/model-types.ts'
import { conditionsOf, type JobFilter, type Part, type Search, searchOf } from './job-search.ts'
import { columns, type JobRow, rowOf, type StoredRow } from './stored-job.ts'

/** Where a page begins: after this job. `name`: folded, where the list is sorted by it; else empty. */
export type JobPosition = { seq: number; name: string }

/** A page of a list, and how it is ordered. */
export type JobPage = { sort: JobSort; after: JobPosition | null; limit: number }

/** A row, and the name that it is sorted by. */
type ListedRow = StoredRow & { search_name: string }
const listed = `${columns}, search_name`

const isByName = (sort: JobSort): boolean => sort === 'name' || sort === '-name'
const isDescending = (sort: JobSort): boolean => sort.startsWith('-')

const orders: Record<JobSort, string> = {
  '-created_at': 'seq DESC',
  created_at: 'seq',
  name: 'search_name, seq',
  '-name': 'search_name DESC, seq DESC',
}

/** The lists of jobs. However many jobs there are, the rows that one reads follow from the page. */
export function jobLists(db: D1Database) {
  /**
   * A page of jobs. One that is searched for, or filtered and sorted by name, looks at SEARCHED_ROWS_MAX jobs at most: it may
   * be short, or empty, and have a next one all the same.
   */
  async function list(filter: JobFilter, page: JobPage): Promise<Page<JobRow, JobPosition>> {
    const search = searchOf(filter)
    if (search === null) return isByName(page.sort) ? walk(conditionsOf(filter), page) : merge(filter, page)
    if (search.match === null) return walk(search.conditions, page)
    return isByName(page.sort) ? sortMatches(search, search.match, page) : findMatches(search, search.match, page)
  }

  const prepare = ({ sql, values }: Part): D1PreparedStatement => db.prepare(sql).bind(...values)

  /** One ordered walk for each combination of status and type: none reads more rows than a page. */
  async function merge({ status = [], model_type = [] }: JobFilter, page: JobPage) {
    const from = beyond(page)
    const end = `${from.sql} ORDER BY ${orders[page.sort]} LIMIT ?`
    const limited = [...from.values, page.limit + 1]
    const all = status.length === 0 && model_type.length === 0
    const types = model_type.length > 0 ? model_type : modelTypes
    const combinations = (status.length > 0 ? status : jobStatuses).flatMap((s) => types.map((t) => [s, t]))
    const matching = `SELECT ${listed} FROM jobs WHERE status = ? AND model_type = ? AND ${end}`
    const walks = await db.batch<ListedRow>(
      all
        ? [prepare({ sql: `SELECT ${listed} FROM jobs WHERE ${end}`, values: limited })]
        : combinations.map((values) => prepare({ sql: matching, values: [...values, ...limited] })),
    )
    return cut(merged(walks, page.sort), page)
  }

  /** Walks along the order, and keeps what fits. */
  async function walk(fits: Part, page: JobPage): Promise<Page<JobRow, JobPosition>> {
    const looked = inOrder(page)
    const { results } = await prepare({
      sql: `SELECT ${listed} FROM ${looked.sql} WHERE ${fits.sql} ORDER BY ${orders[page.sort]} LIMIT ?`,
      values: [...looked.values, ...fits.values, page.limit + 1],
    }).all<ListedRow>()
    if (results.length > page.limit || fits.values.length === 0) return cut(results, page)
    const end = await prepare({
      sql: `SELECT seq, search_name AS name FROM ${looked.sql} LIMIT 1 OFFSET ?`,
      values: [...looked.values, SEARCHED_ROWS_MAX - 1],
    }).first<JobPosition>()
    return { rows: results.map(rowOf), next: end }
  }

  /** What the search index finds, in the order of creation, which it has, and the jobs whose ids begin so. */
  async function findMatches({ conditions, ids, isExact }: Search, match: string, page: JobPage) {
    const direction = isDescending(page.sort) ? 'DESC' : 'ASC'
    const from = beyond(page)
    const looked = {
      sql: `(SELECT rowid AS found FROM job_search
              WHERE job_search MATCH ? AND ${from.sql.replace('seq', 'rowid')} ORDER BY rowid ${direction} LIMIT ?)`,
      values: [match, ...from.values, SEARCHED_ROWS_MAX],
    }
    const named = prepare({
      sql: `SELECT ${listed} FROM ${looked.sql} CROSS JOIN jobs ON seq = found
            WHERE ${conditions.sql} ORDER BY found ${direction} LIMIT ?`,
      values: [...looked.values, ...conditions.values, page.limit + 1],
    })
    const called = (range: [string, string]) =>
      prepare({
        sql: `SELECT ${listed} FROM (SELECT * FROM jobs WHERE id >= ? AND id < ? ORDER BY id LIMIT ?)
              WHERE ${from.sql} AND ${conditions.sql}`,
        values: [...range, JOBS_BY_ID_MAX, ...from.values, ...conditions.values],
      })
    const answers = await db.batch<ListedRow>(ids === null ? [named] : [named, called(ids)])
    const rows = merged(answers, page.sort)
    if (isExact || (answers[0]?.results.length ?? 0) > page.limit) return cut(rows, page)
    const end = await prepare({
      sql: `SELECT found AS seq, '' AS name FROM ${looked.sql} LIMIT 1 OFFSET ?`,
      values: [...looked.values, SEARCHED_ROWS_MAX - 1],
    }).first<JobPosition>()
    if (end === null) return cut(rows, page)
    const upToEnd = rows.filter(({ seq }) => (isDescending(page.sort) ? seq >= end.seq : seq <= end.seq))
    const { rows: shown, next } = cut(upToEnd, page)
    return { rows: shown, next: next ?? end }
  }

  /** Few matches are sorted by name. Of more, the names are walked through: those that match cannot be far apart. */
  async function sortMatches({ conditions, ids }: Search, match: string, page: JobPage) {
    const counted = await prepare({
      sql: 'SELECT count(*) AS matches FROM (SELECT rowid FROM job_search WHERE job_search MATCH ? LIMIT ?)',
      values: [match, SEARCHED_ROWS_MAX + 1],
    }).first<{ matches: number }>()
    if ((counted?.matches ?? 0) > SEARCHED_ROWS_MAX) return walk(conditions, page)
    const from = beyond(page)
    const { results } = await prepare({
      sql: `SELECT ${listed} FROM (
              SELECT found FROM (SELECT rowid AS found FROM job_search WHERE job_search MATCH ? LIMIT ?)
              UNION SELECT seq FROM (SELECT seq FROM jobs WHERE id >= ? AND id < ? LIMIT ?)
            ) CROSS JOIN jobs ON seq = found
            WHERE ${from.sql} AND ${conditions.sql} ORDER BY ${orders[page.sort]} LIMIT ?`,
      values: [
        match,
        SEARCHED_ROWS_MAX,
        ...(ids ?? ['', '']),
        JOBS_BY_ID_MAX,
        ...from.values,
        ...conditions.values,
        page.limit + 1,
      ],
    }).all<ListedRow>()
    return cut(results, page)
  }

  return { list }
}

/** That a job comes after the page's position. */
function beyond({ sort, after }: JobPage): Part {
  const than = isDescending(sort) ? '<' : '>'
  if (isByName(sort)) {
    if (after === null) return { sql: "search_name >= ''", values: [] }
    return { sql: `(search_name, seq) ${than} (?, ?)`, values: [after.name, after.seq] }
  }
  return { sql: `seq ${than} ?`, values: [after?.seq ?? (isDescending(sort) ? Number.MAX_SAFE_INTEGER : 0)] }
}

/**
 * The jobs after the page's position, in order: as many as a page looks at. Of names in two parts, since SQLite seeks by the
 * first of two columns alone.
 */
function inOrder(page: JobPage): Part {
  const { sort, after } = page
  const end = `ORDER BY ${orders[sort]} LIMIT ?`
  if (!isByName(sort) || after === null) {
    const from = beyond(page)
    return { sql: `(SELECT * FROM jobs WHERE ${from.sql} ${end})`, values: [...from.values, SEARCHED_ROWS_MAX] }
  }
  const than = isDescending(sort) ? '<' : '>'
  return {
    sql: `(SELECT * FROM jobs WHERE search_name = ? AND seq ${than} ?
           UNION ALL SELECT * FROM jobs WHERE search_name ${than} ? ${end})`,
    values: [after.name, after.seq, after.name, SEARCHED_ROWS_MAX],
  }
}

/** The rows of several answers by their place in the order of creation, each once. */
function merged(answers: readonly D1Result<ListedRow>[], sort: JobSort): ListedRow[] {
  const bySeq = new Map(answers.flatMap(({ results }) => results).map((row) => [row.seq, row]))
  const direction = isDescending(sort) ? -1 : 1
  return [...bySeq.values()].sort((a, b) => direction * (a.seq - b.seq))
}

/** Cuts a page from at least as many rows as it shows, if there are so many, and one more. */
function cut(rows: ListedRow[], { sort, limit }: JobPage): Page<JobRow, JobPosition> {
  const nameOf = ({ search_name }: ListedRow): string => (isByName(sort) ? search_name : '')
  const page = cutKeysetPage(rows.slice(0, limit + 1), limit, (row) => ({ seq: row.seq, name: nameOf(row) }))
  return { rows: page.rows.map(rowOf), next: page.next }
}
