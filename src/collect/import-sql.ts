import { AppError } from '../core/errors.ts'
import type { QueryParameters } from '../database/database.ts'
import { quoteIdentifier } from '../database/identifier.ts'
import { marksOf } from './import/mend-file.ts'
import { listNames, type TableShape } from './import/sniff-table.ts'
import { cellOf, firstText, isRow, namedColumns, skipOf, splitCells } from './import-sql/cells.ts'
import { problemAliases } from './import-sql/problems.ts'
import type { TableReading } from './import-sql/reading.ts'
import { eventIdSql, type Targets, targetsOf } from './import-sql/targets.ts'
import { textAliases, valueAliases } from './import-sql/values.ts'
import { fieldsOf, sourceOf } from './mapping.ts'

/** A query with the values of its placeholders. */
export type ComposedSql = { readonly sql: string; readonly parameters: QueryParameters }

type ColumnType = { readonly name: string; readonly type: string }

/** The columns of the table that takes a file's rows as they are. A cell that is not there is NULL, an empty one ''. */
export function rawColumns(shape: TableShape): readonly ColumnType[] {
  const type = 'Nullable(String)'
  switch (shape.kind) {
    case 'csv':
      return [...shape.header.map((_, index) => ({ name: `c${index + 1}`, type })), { name: 'extra', type }]
    case 'parquet':
      return shape.header.map((name) => ({ name, type }))
    case 'cells':
    case 'json':
      return [{ name: 'line', type: 'String' }]
    default:
      return shape satisfies never
  }
}

/** CREATE TABLE for `rawColumns`. */
export function composeRawTable(table: string, shape: TableShape): string {
  const columns = rawColumns(shape).map(({ name, type }) => `${quoteIdentifier(name)} ${type}`)
  return `CREATE TABLE ${quoteIdentifier(table)} (row_number UInt64, ${columns.join(', ')}) ENGINE = MergeTree ORDER BY row_number`
}

/** How many rows the file has, blank lines and headers aside; and whether a quote may have run over them. */
export function composeRawCount(table: string, shape: TableShape): string {
  const cells =
    shape.kind === 'csv' ? shape.header.map((_, index) => `position(${cellOf(shape, index)}, '\\n')`) : []
  const last = shape.kind === 'csv' ? `isNull(c${shape.header.length})` : '0'
  const spans = cells.length === 0 ? '0' : `countIf(${last} AND greatest(${cells.join(', ')}, 0) > 0)`
  const prelude = shape.kind === 'cells' ? `WITH ${splitCells(shape)} ` : ''
  return `${prelude}SELECT count() AS row_count, ${spans} AS span_count FROM ${quoteIdentifier(table)} WHERE ${isRow(shape)}`
}

/** The rows that were set aside: a line as it came, cells as a JSON object by the file's columns. */
export function composeQuarantine(table: string, { shape, mapping, checksum }: TableReading): ComposedSql {
  const cells = shape.kind === 'json' ? [] : shape.header.map((_, index) => cellOf(shape, index))
  const row =
    shape.kind === 'cells' || shape.kind === 'json'
      ? 'line'
      : `toJSONString(mapFromArrays({header:Array(String)}, [${cells.join(', ')}]))`
  const first = firstText(shape)
  const marked = ['long_mark', 'broken_mark'].map(
    (mark) => `startsWith(${first}, {${mark}:String}), substring(${first}, length({${mark}:String}) + 1)`,
  )
  const line = `multiIf(${marked.join(', ')}, ${row})`
  return {
    sql: `INSERT INTO {new_quarantine:Identifier} (import_id, source, row_number, reason, detail, raw, at)
SELECT {import_id:String}, {source:String}, l.row_number, l.reason, l.detail, substring(toValidUTF8(${line}), 1, 32768), {now:DateTime64(3)}
FROM (SELECT * FROM ${quoteIdentifier(table)} WHERE row_number IN (
    SELECT row_number + ${skipOf(shape)} FROM {lines:Identifier} WHERE status = 'quarantined')) AS r
INNER JOIN (SELECT row_number, reason, detail FROM {lines:Identifier} WHERE status = 'quarantined') AS l
ON r.row_number = l.row_number + ${skipOf(shape)}`,
    parameters: { header: [...shape.header], source: mapping.name, ...markParameters(checksum) },
  }
}

/**
 * One row of the file → one row of the lines' table: texts, then values, then what is wrong with them. Columns come
 * from the header; every value is a parameter.
 * @throws AppError `bad_mapping` when the mapping names a column that the file does not have.
 */
export function composeLines(table: string, reading: TableReading): ComposedSql {
  checkColumns(reading)
  const { mapping, shape } = reading
  const aliases = [...textAliases(reading), ...valueAliases(mapping), ...problemAliases(reading)]
  const targets = targetsOf(reading)
  const common: Targets = {
    row_number: `row_number - ${skipOf(shape)}`,
    status: `if(problem.1 = '', 'accepted', 'quarantined')`,
    reason: 'problem.1',
    detail: 'problem.2',
    fixes: 'fixed',
    event_id: eventIdSql(reading),
    at: `ifNull(at_value, toDateTime64(0, 3, 'UTC'))`,
    received_at: 'now_value',
    ...targets,
  }
  const prelude = shape.kind === 'cells' ? [splitCells(shape)] : []
  return {
    sql: `INSERT INTO {lines:Identifier} (${Object.keys(common).join(', ')})
WITH
    ${[...prelude, ...aliases].join(',\n    ')}
SELECT
    ${Object.entries(common)
      .map(([name, sql]) => `${sql} AS out_${name}`)
      .join(',\n    ')}
FROM ${quoteIdentifier(table)}
WHERE ${isRow(shape)}`,
    parameters: parametersOf(reading),
  }
}

function markParameters(checksum: string): QueryParameters {
  const { broken, tooLong } = marksOf(checksum)
  return { broken_mark: broken, long_mark: tooLong }
}

function checkColumns({ mapping, shape }: TableReading): void {
  const named = [
    ...Object.entries(mapping.columns),
    ...Object.entries(mapping.traits),
    ...(mapping.categoryLevels ?? []).map((column) => ['categoryLevels', column] as const),
  ]
  // Keys of JSON lines may be absent from the lines that were looked at.
  const missing = named.filter(([, column]) => !shape.header.includes(column))
  const isFatal = shape.kind === 'json' ? missing.length === named.length : missing.length > 0
  if (!isFatal) return
  const columns = listNames(shape.header)
  const list = missing.map(([field, column]) => `${column} (for ${field})`).join(', ')
  const separator = 'delimiter' in shape ? ` (separated by ${JSON.stringify(shape.delimiter)})` : ''
  throw new AppError(
    'bad_mapping',
    {
      en: `the file has no column ${list}; its columns are: ${columns}${separator}`,
      zh: `文件中没有列 ${list}；现有的列：${columns}${separator}`,
    },
    { expected: missing.map(([, column]) => column).join(', '), received: columns, where: 'columns' },
  )
}

function parametersOf({ mapping, shape, checksum, timeZone, nowMs }: TableReading): QueryParameters {
  const fields = fieldsOf(mapping).flatMap((field) => {
    const source = sourceOf(mapping, field)
    if (source === undefined) return []
    const name = 'column' in source ? `column ${source.column}` : `constant ${field}`
    return [
      [`source_${field}`, name] as const,
      ...('constant' in source ? [[`constant_${field}`, source.constant] as const] : []),
    ]
  })
  const named = namedColumns(mapping)
  const rules = mapping.lineTypes.flatMap((rule, index) => [
    [`rule${index}_ids`, (rule.itemIds ?? []).map((id) => id.toLowerCase())] as const,
    [`rule${index}_item`, rule.itemPattern ?? ''] as const,
    [`rule${index}_name`, rule.namePattern ?? ''] as const,
  ])
  return {
    ...Object.fromEntries(fields),
    ...Object.fromEntries(rules),
    ...Object.fromEntries(
      Object.entries(mapping.absent ?? {}).map(([field, cells]) => [`absent_${field}`, cells]),
    ),
    header: [...shape.header],
    checksum,
    ...markParameters(checksum),
    time_zone: mapping.timeZone ?? timeZone,
    date_format: mapping.dateFormat,
    now: new Date(nowMs),
    cancel_prefix: mapping.cancellation.orderIdPrefix ?? '',
    note_pattern: mapping.notePattern ?? '',
    kind_values: Object.keys(mapping.kinds),
    kind_names: Object.values(mapping.kinds),
    trait_names: Object.keys(mapping.traits),
    json_keys: [...named],
    other_names: shape.header.filter((column) => !named.includes(column)),
  }
}
