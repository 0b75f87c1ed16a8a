import { type ExperimentOptions, optionValue } from './experiment.ts'
import { readReading } from './reading.ts'

/** The options of an experiment that imports a history: events, and beside them a catalogue and traits where there are any. */
export const historyFileOptions = {
  file: { summary: 'the file of events', required: true },
  map: { summary: 'its mapping' },
  as: { summary: 'its format, instead of --map' },
  items: { summary: 'a file of the catalogue' },
  'items-map': { summary: 'its mapping' },
  'items-as': { summary: 'its format, instead of --items-map' },
  people: { summary: 'a file of traits' },
  'people-map': { summary: 'its mapping' },
  'time-zone': { summary: "the shop's; UTC when left out" },
} as const

/** The files in the order in which they are imported. @throws AppError as `readReading` does. */
export async function readHistoryFiles(options: ExperimentOptions) {
  const beside = ['items', 'people'].flatMap((name) => {
    const path = optionValue(options, name)
    return path === undefined ? [] : [{ path, names: { as: `${name}-as`, map: `${name}-map` } }]
  })
  return Promise.all(
    [...beside, { path: optionValue(options, 'file') ?? '', names: { as: 'as', map: 'map' } }].map(
      async ({ path, names }) => ({ path, reading: await readReading(options, names) }),
    ),
  )
}
