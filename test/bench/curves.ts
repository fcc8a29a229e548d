import type { Comparison, Rounds } from './figures.ts'
import { Connection, encodeRequest, once, type Shot } from './http.ts'
import { OF_BARE } from './reports.ts'
import type { Rate } from './requests.ts'
import { api, type Server } from './server.ts'
import { fill, pointsOf, Trained } from './trained.ts'
import { inTurns, type Sender } from './turns.ts'
import type { BareCurve } from './worker.ts'

/** Points of the curves that are read, and of an answer. */
export const CURVES = [10_000, 1_000_000] as const
const SHOWN = 500

/** Histories a second, compared with a bare object that reads as many rows and answers as many bytes. */
export async function measureCurves(server: Server, rounds: Rounds): Promise<Comparison<Rate>[]> {
  const results: Comparison<Rate>[] = []
  for (const points of CURVES) {
    const name = `history of ${points.toLocaleString('en')} points at ${SHOWN}`
    const shots = await curvesOf(server, points)
    const sides = await rounds(name, async () => {
      const [ours, bare] = [reading(shots.ours, server.pid), reading(shots.bare, server.pid)]
      const rates = await inTurns({ ours, bare })
      ours.end()
      bare.end()
      return rates
    })
    results.push({ name, base: 'object that reads as many', target: OF_BARE, ...sides })
  }
  return results
}

/** A curve of so many points of a runner's job, and rows like its own in a bare object. */
export async function curvesOf({ ours, bare }: Server, points: number): Promise<{ ours: Shot; bare: Shot }> {
  const trained = await Trained.create(ours)
  await fill(trained, points, ['loss'])
  const path = `${api}/jobs/${trained.id}/history?max_points=${SHOWN}&metrics=loss`
  const { body: answer } = await once({ ...ours, path })
  const rowPoints = 1_000
  const shown: { step: number }[] = JSON.parse(answer).points
  const curve: BareCurve = {
    rows: points / rowPoints,
    toldBytes: 90,
    pointsBytes: JSON.stringify(pointsOf({ name: '', steps: rowPoints, metrics: ['loss'] }, 0)).length / 3,
    opened: new Set(shown.map(({ step }) => Math.floor(step / rowPoints))).size,
    answer,
  }
  await once({ ...bare, method: 'PUT', path: `/curve?id=${points}`, body: curve })
  return { ours: { ...ours, path }, bare: { ...bare, path: `/curve?id=${points}` } }
}

/** Sends the same request again and again, on one connection. */
export function reading(shot: Shot, pid: number): Sender & { end: () => void } {
  const connection = new Connection(shot.port)
  const request = encodeRequest(shot)
  return {
    send: async () => {
      const answer = await connection.send(request)
      if (answer.status !== 200) throw new Error(`${shot.path}: ${answer.status} ${answer.body.slice(0, 300)}`)
    },
    pid,
    connections: 1,
    end: () => connection.close(),
  }
}
