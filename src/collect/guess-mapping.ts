import { AppError } from '../core/errors.ts'
import { looksLikeRow, looksLikeTime } from './guess/cell-forms.ts'
import { buildEventMapping, type Columns } from './guess/event-mapping.ts'
import { findFieldByName } from './guess/field-words.ts'
import { readSample, type TableSample, valuesOf } from './guess/table-sample.ts'
import { type FileFacts, inspectFile } from './import/inspect-file.ts'
import { unpackFile, withTemporaryFolder } from './import/load-table.ts'
import { listNames, type SniffHints, sniffTable, type TableShape } from './import/sniff-table.ts'
import { importFormats, mappingOf } from './import-formats.ts'
import type { MappingInput } from './mapping.ts'

/** A mapping to start from, and the columns that no field was found for: they are kept as properties. */
export type GuessedMapping = { readonly mapping: MappingInput; readonly otherColumns: readonly string[] }

/**
 * Proposes how a file may be read, from the words of its header (English and Chinese) and the look of its values; a
 * built-in format's own mapping where the file is of that format. A person should read it before it is used;
 * `importFile` takes it as it is.
 * @throws AppError `bad_file` when it cannot be read, `bad_mapping` when no column looks like a time.
 */
export async function guessMapping(path: string, signal?: AbortSignal): Promise<GuessedMapping> {
  const facts = await inspectFile(path, signal)
  return withTemporaryFolder(async (folder) => {
    const plainPath = facts.container === 'parquet' ? await unpackFile(facts, folder, signal) : path
    return (await findBuiltIn(facts, plainPath)) ?? (await guessTable(facts, plainPath))
  })
}

/** A built-in format all of whose columns the file has, with times that need no telling how they are written. */
async function findBuiltIn(facts: FileFacts, plainPath: string): Promise<GuessedMapping | undefined> {
  for (const format of importFormats) {
    if (format === 'segment') continue
    const mapping = mappingOf(format)
    const shape = await sniffAs(facts, plainPath, mapping)
    if (shape === undefined) continue
    const columns = Object.values(mapping.columns)
    const isWhole = columns.every((column) => shape.header.includes(column))
    const { at } = mapping.columns
    const isTime = at === undefined || looksLikeTime(valuesOf(readSample(facts, shape), at), 'stored')
    if (isWhole && isTime) return { mapping, otherColumns: otherColumns(shape, mapping) }
  }
  return undefined
}

/** Undefined when the file has not as many columns as the format names. */
async function sniffAs(
  facts: FileFacts,
  plainPath: string,
  hints: SniffHints,
): Promise<TableShape | undefined> {
  try {
    return await sniffTable(facts, plainPath, hints)
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad_mapping') return undefined
    throw error
  }
}

async function guessTable(facts: FileFacts, plainPath: string): Promise<GuessedMapping> {
  const named = await sniffTable(facts, plainPath, {})
  const hints = chooseHints(named)
  const shape = hints.columnNames === undefined ? named : await sniffTable(facts, plainPath, hints)
  const sample = readSample(facts, shape)
  const columns = chooseColumns(shape.header, sample)
  const mapping = statedMapping(columns, shape)
  if (mapping === undefined && columns.at === undefined) throw noTime(facts, shape)
  const found = { ...(mapping ?? buildEventMapping(columns, sample)), ...hints }
  return { mapping: found, otherColumns: otherColumns(shape, found) }
}

/** Names for the columns of a file whose first line is a row already. */
function chooseHints(shape: TableShape): SniffHints {
  if (shape.headerLines === 0 || !looksLikeRow(shape.header)) return {}
  return { columnNames: [shape.header.map((_, index) => `column ${index + 1}`)] }
}

function otherColumns(
  shape: TableShape,
  mapping: Pick<MappingInput, 'columns' | 'traits'>,
): readonly string[] {
  const used = new Set([...Object.values(mapping.columns), ...Object.values(mapping.traits ?? {})])
  return shape.header.filter((column) => !used.has(column))
}

function noTime(facts: FileFacts, shape: TableShape): AppError {
  const columns = listNames(shape.header)
  return new AppError(
    'bad_mapping',
    {
      en: `no column of ${facts.fileName} looks like a time; its columns are: ${columns}`,
      zh: `${facts.fileName} 中没有像时间的列；现有的列：${columns}`,
    },
    {
      where: facts.path,
      received: columns,
      wayOut: {
        en: 'Write the mapping yourself (docs/importing.md); where no row has a time, give one to all: "constants": { "at": "2024-01-31" }.',
        zh: '请自行编写映射（见 docs/importing.md）；若各行均无时间，可统一指定："constants": { "at": "2024-01-31" }。',
      },
    },
  )
}

/** Field → column: by the words of the header; a time that no word names, by its look. */
function chooseColumns(header: readonly string[], sample: TableSample): Columns {
  const columns: Record<string, string> = {}
  const valuesIf = (column: string) => (sample.size === 0 ? undefined : valuesOf(sample, column))
  for (const column of header) {
    const field = findFieldByName(column)
    if (field === undefined || columns[field] !== undefined) continue
    if (field === 'at' && !looksLikeTime(valuesIf(column), 'named')) continue
    columns[field] = column
  }
  const taken = new Set(Object.values(columns))
  const at = header.find((column) => !taken.has(column) && looksLikeTime(valuesIf(column), 'unnamed'))
  return columns.at !== undefined || at === undefined ? columns : { ...columns, at }
}

const catalogueFields = [
  ...['itemId', 'name', 'nameZh', 'description', 'descriptionZh', 'category', 'categoryZh', 'brand'],
  ...['price', 'currency'],
] as const
/** A table that has one of these tells of acts; what is left of an item's words is a catalogue, whatever its dates. */
const actFields = [
  ...['userId', 'anonymousId', 'sessionId', 'orderId', 'eventId', 'kind', 'quantity', 'amount', 'coupon'],
  ...['query', 'rating', 'text'],
]

/** Of a table that states facts and tells of no acts. */
function statedMapping(columns: Columns, shape: TableShape): MappingInput | undefined {
  if (isCatalogue(columns, shape)) return catalogueMapping(columns, shape)
  return isOfPeople(columns) ? peopleMapping(columns, shape) : undefined
}

/** Rows of a person, without a time, that tell of no act. */
function isOfPeople(columns: Columns): boolean {
  const told = ['at', 'itemId', ...actFields].filter((field) => columns[field] !== undefined)
  return told.length > 0 && told.every((field) => field === 'userId' || field === 'anonymousId')
}

/** Every column beside the person's ids is a trait, called as the column is. */
function peopleMapping({ userId, anonymousId }: Columns, shape: TableShape): MappingInput | undefined {
  const traits = shape.header.filter((column) => column !== userId && column !== anonymousId)
  if (traits.length === 0) return undefined
  return {
    name: 'my-people',
    rows: 'people',
    columns: { ...(userId && { userId }), ...(anonymousId && { anonymousId }) },
    traits: Object.fromEntries(traits.map((column) => [column, column])),
    repeats: 'duplicate',
  }
}

function isCatalogue(columns: Columns, shape: TableShape): boolean {
  if (actFields.some((field) => columns[field] !== undefined)) return false
  const wordCount = catalogueFields.filter((field) => columns[field] !== undefined).length
  return columns.itemId === undefined ? shape.header.includes('id') && wordCount > 1 : wordCount > 1
}

function catalogueMapping(columns: Columns, shape: TableShape): MappingInput {
  const fields = catalogueFields.flatMap((field) => {
    const column = columns[field] ?? (field === 'itemId' && shape.header.includes('id') ? 'id' : undefined)
    return column === undefined ? [] : [[field, column] as const]
  })
  return { name: 'my-catalogue', rows: 'items', columns: Object.fromEntries(fields), repeats: 'duplicate' }
}
