import type { Database } from '../../src/database/database.ts'
import { findHistorySource } from '../../src/database/history-source.ts'
import { sqlFile } from '../../src/database/sql-file.ts'
import { computeFeatures } from '../../src/features/compute-features.ts'
import { listFeatures } from '../../src/features/describe-features.ts'
import { saveFeatures } from '../../src/features/save-features.ts'
import { type ColumnFigures, listColumnFigures, stateOf } from '../columns/column-figures.ts'
import { explainColumns, type LineCount, listWithoutColumns } from '../columns/explain-columns.ts'
import { type Contender, type Experiment, optionValue } from '../experiment.ts'
import { historyFileOptions, readHistoryFiles } from '../history-files.ts'
import { countsOf, type ImportedHistory, openImportedHistory } from '../imported-history.ts'

const selectLines = sqlFile(import.meta.url, '../columns/lines.sql')
const selectShares = sqlFile(import.meta.url, '../columns/saved-shares.sql')
const seed = 1

/** Every feature of everyone as of the last event of imported files, and what each column is like. */
export const experiment: Experiment = {
  summary: 'all features as of the last event: of every column what is missing, constant, and its quantiles',
  options: historyFileOptions,
  async run(options, say) {
    const timeZone = optionValue(options, 'time-zone') ?? 'UTC'
    await using history = await openImportedHistory(await readHistoryFiles(options), { timeZone, seed })
    say(`imported, as of ${new Date(history.asOfMs).toISOString()}`)
    const { figures, profileCount, seconds } = await computeFigures(history, timeZone)
    const lines = await countLines(history)
    return {
      experiment: 'columns',
      dataset: { ...countsOf(history.reports), profiles: profileCount, features: listFeatures().length },
      split: `none: as of the last event, ${new Date(history.asOfMs).toISOString()}, ${timeZone}`,
      seed,
      models: [summarise(figures, seconds), ...figures.map(toContender)],
      baselines: [],
      notes: [
        ...explainColumns(figures, lines),
        ...listWithoutColumns(figures),
        `The history reads: ${lines.map(({ kind, lineType, count }) => `${kind} (${lineType}) ${count}`).join(', ')} lines.`,
      ],
    }
  },
}

async function computeFigures({ database, asOfMs, topicsVersion }: ImportedHistory, timeZone: string) {
  const startedMs = performance.now()
  const options = { asOfMs, timeZone, ...(topicsVersion && { topicsVersion }) }
  const table = await computeFeatures(database, options)
  const seconds = (performance.now() - startedMs) / 1000
  await saveFeatures(database, { ...options, constants: table.constants, now: new Date(asOfMs) })
  const profileCount = table.profileIds.length
  const affinities = await affinityFigures(database, asOfMs, profileCount)
  return { figures: [...listColumnFigures(table), ...affinities], profileCount, seconds }
}

/** Affinities are no columns of the table: they are counted where they are kept. */
async function affinityFigures(
  database: Database,
  asOfMs: number,
  profileCount: number,
): Promise<ColumnFigures[]> {
  const figures: ColumnFigures[] = []
  for (const { name, valueKind } of listFeatures()) {
    if (valueKind !== 'affinities') continue
    const parameters = { feature: name, as_of_ms: asOfMs }
    const [row] = await database.query<{ profiles: number; keys: number }>(selectShares, { parameters })
    const { profiles, keys } = row ?? { profiles: 0, keys: 0 }
    figures.push({ name, kind: 'affinities', missingShare: 1 - profiles / profileCount, distinctCount: keys })
  }
  return figures
}

async function countLines({ database, asOfMs }: ImportedHistory): Promise<LineCount[]> {
  const parameters = { as_of_ms: asOfMs, history: await findHistorySource(database) }
  const rows = await database.query<{ kind: string; line_type: string; count: number }>(selectLines, {
    parameters,
  })
  return rows
    .map(({ kind, line_type, count }) => ({ kind, lineType: line_type, count }))
    .sort((a, b) => b.count - a.count)
}

function summarise(figures: readonly ColumnFigures[], seconds: number): Contender {
  const countOf = (state: ReturnType<typeof stateOf>) =>
    figures.filter((each) => stateOf(each) === state).length
  return {
    name: 'all columns',
    metrics: {
      columns: figures.length,
      whole: countOf('whole'),
      partlyMissing: countOf('partial'),
      constant: countOf('constant'),
      empty: countOf('empty'),
    },
    seconds,
  }
}

function toContender(figures: ColumnFigures): Contender {
  const { name, missingShare, distinctCount, quantiles } = figures
  const isConstant = stateOf(figures) === 'constant' ? 1 : 0
  return { name, metrics: { missingShare, isConstant, distinctCount, ...quantiles }, seconds: 0 }
}
