import { cp } from 'node:fs/promises'
import { bundeslandCodes } from '../../src/shared/bundeslaender.ts'
import { Service } from './service.ts'

/** Jobs of the state with a history. */
export const past = {
  bayern: 'Zeugnisse Bayern',
  nord: 'Zeugnisse Nord',
  klausur: 'Klausuren Hessen',
  failed: 'Zeugnisse aller Länder',
  cancelled: 'Klausuren zur Probe',
} as const

const works = ['verordnung', 'schulgesetz', 'erlass'] as const

/** 48 documents: three per Bundesland, two of them approved for training. */
export const documents = bundeslandCodes.flatMap((bundesland, at) =>
  works.map((doc_type, work) => ({
    id: `${bundesland.toLowerCase()}-${doc_type}`,
    title: `Werk ${work + 1} aus ${bundesland}`,
    bundesland,
    doc_type,
    chunks: 10 * at + work,
    training_allowed: work > 0,
    source_url: `https://recht.example/${bundesland}/${doc_type}`,
  })),
)

/** Runs some jobs on a server and saves its state in a folder. */
export async function liveIn(assets: string, empty: string, folder: string): Promise<void> {
  // Jobs of more than one epoch fail.
  const vars = { SIMULATION_SPEED: '50', SIMULATION_FAILS_AT: '150' }
  const service = await Service.start({ vars, assets, state: empty })
  try {
    await service.register(documents)
    await trainOn(service)
    await service.kill()
    await cp(service.server.state, folder, { recursive: true })
  } finally {
    await service.close()
  }
}

async function trainOn(service: Service): Promise<void> {
  await service.create({ name: past.bayern, batch_size: 16 })
  await service.create({ name: past.nord, batch_size: 32 })
  await service.create({ name: past.klausur, model_type: 'klausur' })
  const last = await service.create({ name: past.failed, epochs: 20 })
  // While it waits for the only slot.
  await service.command(await service.create({ name: past.cancelled, model_type: 'klausur' }), 'cancel')
  await service.untilStatus(last, 'failed')
}
