import { quoteIdentifier } from '../../database/identifier.ts'

/** A query of features, as `feature-sql.ts` composes it. */
type FeatureRows = {
  readonly select: string
  readonly numberNames: readonly string[]
  readonly labelNames: readonly string[]
  readonly affinityNames: readonly string[]
}

export type ExportOptions = {
  readonly asOfMs: number
  /** Texts that a spreadsheet would run as a formula begin with an apostrophe. */
  readonly isForSheets: boolean
}

/**
 * One row per profile: `profile_id`, `as_of`, and a column for each name: Nullable(Float64) for numbers, Nullable(String)
 * for labels and, as JSON of keys and shares, for affinities.
 */
export function composeExport(
  { select, numberNames, labelNames, affinityNames }: FeatureRows,
  { isForSheets }: ExportOptions,
): string {
  const text = (sql: string) =>
    isForSheets ? `if(match(${sql}, '^[=+@\\\\t\\\\r-]'), concat('\\'', ${sql}), ${sql})` : sql
  const columns = [
    `${text('profile_id')} AS profile_id`,
    "fromUnixTimestamp64Milli({exported_as_of_ms:Int64}, 'UTC') AS as_of",
    ...named(numberNames, 'numbers', (sql) => `if(isNaN(${sql}), NULL, ${sql})`),
    ...named(labelNames, 'labels', (sql) => `nullIf(${text(sql)}, '')`),
    ...named(
      affinityNames,
      'affinities',
      (sql) => `if(empty(${sql}), NULL, toJSONString(CAST(${sql}, 'Map(String, Float64)')))`,
    ),
  ]
  return `SELECT ${columns.join(',\n')}\nFROM (${select})`
}

/** Names hold keys of the shop's own data, so they are quoted. */
function named(names: readonly string[], array: string, read: (sql: string) => string): readonly string[] {
  return names.map((name, index) => `${read(`${array}[${index + 1}]`)} AS ${quoteIdentifier(name)}`)
}
