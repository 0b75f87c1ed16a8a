import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createContactHasher } from '../../src/collect/contact-hash.ts'
import { importFile } from '../../src/collect/import-file.ts'
import { importFormats } from '../../src/collect/import-formats.ts'
import type { ImportReport } from '../../src/collect/import-report.ts'
import { createContactProtection } from '../../src/collect/protect-contacts.ts'
import type { Database } from '../../src/database/database.ts'
import { createEmbeddedDatabase } from '../../src/database/embedded-database.ts'
import { migrate } from '../../src/database/migrate.ts'
import { createIdentityGraph } from '../../src/identity/identity-graph.ts'
import { openKeyValueStore } from '../../src/kv/key-value-store.ts'
import { createWhoIsWho } from '../../src/serve/create-who-is-who.ts'
import { type Experiment, optionValue } from '../experiment.ts'
import { readReading } from '../reading.ts'

const contacts = createContactProtection({
  hashContact: createContactHasher(Buffer.alloc(32)),
  clearPurposes: [],
})

/** The cleaning report of any file, and what the cleaning costs beside the engine's own load of it. */
export const experiment: Experiment = {
  summary: "import a file into an empty database; the report's counts, and the time beside a plain load",
  options: {
    file: { summary: 'the file to import', required: true },
    as: { summary: `its format: ${importFormats.join(', ')}` },
    map: { summary: 'a mapping file, instead of --as' },
    format: { summary: "the engine's format for the plain load, e.g. CSVWithNames; left out: no comparison" },
  },
  async run(given, say) {
    const path = optionValue(given, 'file') ?? ''
    const reading = await readReading(given)
    const folder = await mkdtemp(join(tmpdir(), 'likeness-cleaning-'))
    try {
      await using database = await createEmbeddedDatabase({ path: folder })
      await migrate(database)
      await using store = openKeyValueStore(join(folder, 'journal'))
      const now = new Date()
      const who = createWhoIsWho(createIdentityGraph(store), database, () => now)
      const options = { path, reading, now, timeZone: 'UTC', contacts, who }
      const plain = await timePlainLoad(database, path, optionValue(given, 'format'))
      const { result: report, ...time } = await measure(() => importFile(database, options))
      const { seconds, cpuSeconds } = time
      say(`${report.rowCount} rows in ${seconds.toFixed(2)} s`)
      const again = await importFile(database, options)
      return {
        experiment: 'cleaning',
        dataset: { file: report.fileName, rows: report.rowCount },
        split: 'none: every row is counted',
        seed: 0,
        models: [
          {
            name: 'likeness import',
            metrics: { ...metricsOf(report), ...againOf(again), cpuSeconds },
            seconds,
          },
        ],
        baselines:
          plain === undefined
            ? []
            : [{ name: 'plain load', metrics: { cpuSeconds: plain.cpuSeconds }, seconds: plain.seconds }],
        notes: notesOf(report, time, plain),
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

type Time = { readonly seconds: number; readonly cpuSeconds: number }

async function measure<Result>(work: () => Promise<Result>): Promise<Time & { readonly result: Result }> {
  const startedMs = performance.now()
  const before = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  return { result, seconds: (performance.now() - startedMs) / 1000, cpuSeconds: (user + system) / 1e6 }
}

/** The engine alone: the file as it is into a table of the columns that it finds itself. */
async function timePlainLoad(
  database: Database,
  path: string,
  format: string | undefined,
): Promise<Time | undefined> {
  if (format === undefined) return undefined
  const parameters = { path, format }
  const source = 'SELECT * FROM file({path:String}, {format:String})'
  await database.execute(`CREATE TABLE plain ENGINE = MergeTree ORDER BY tuple() EMPTY AS ${source}`, {
    parameters,
  })
  return measure(() => database.execute(`INSERT INTO plain ${source}`, { parameters }))
}

function metricsOf(report: ImportReport): Record<string, number> {
  const { rowCount, storedCount, duplicateCount, quarantinedCount, asRead, asStored, items } = report
  const { byKind, byLineType, byMark, ...stored } = asStored
  return {
    rowCount,
    storedCount,
    duplicateCount,
    quarantinedCount,
    unaccountedCount: rowCount - storedCount - duplicateCount - quarantinedCount,
    ...prefixed('read', asRead),
    ...prefixed('stored', stored),
    ...prefixed('kind', byKind),
    ...prefixed('lineType', byLineType),
    ...prefixed('mark', byMark),
    ...prefixed('duplicate', report.duplicates),
    ...prefixed('quarantined', report.quarantined),
    ...prefixed('fixed', report.fixed),
    ...prefixed('items', items),
  }
}

function againOf(again: ImportReport): Record<string, number> {
  return { 'again.storedCount': again.storedCount, 'again.duplicateCount': again.duplicateCount }
}

function prefixed(prefix: string, counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${prefix}.${name}`, count]))
}

function notesOf({ outlierFences }: ImportReport, time: Time, plain: Time | undefined): string[] {
  const { quantityHigh, priceLow, priceHigh } = outlierFences
  const fences = `Marked as outliers: quantity above ${quantityHigh.toFixed(0)}, price outside ${priceLow.toFixed(2)}..${priceHigh.toFixed(2)}.`
  if (plain === undefined) return [fences]
  const [wall, cpu] = [plain.seconds / time.seconds, plain.cpuSeconds / time.cpuSeconds]
  return [
    fences,
    `Beside the engine's plain INSERT … SELECT FROM file(): ${wall.toFixed(2)} of its rows/s, ${cpu.toFixed(2)} by CPU time.`,
  ]
}
