import { AppError } from '../core/errors.ts'
import { chooseDateFormat, chooseUserIdForm, looksLikeTime } from './guess/cell-forms.ts'
import { findFieldByName, kindWords } from './guess/field-words.ts'
import { inspectFile } from './import/inspect-file.ts'
import { unpackFile, withTemporaryFolder } from './import/load-table.ts'
import { listNames, sampleText, sniffTable, type TableShape } from './import/sniff-table.ts'
import { splitRecords } from './import/split-records.ts'
import type { MappingInput } from './mapping.ts'

const sampleCount = 2000

/** A mapping to start from, and the columns that no field was found for: they are kept as properties. */
export type GuessedMapping = { readonly mapping: MappingInput; readonly otherColumns: readonly string[] }

/**
 * Proposes how a file may be read, from the words of its header (English and Chinese) and the look of its values. A
 * person should read it before it is used; `importFile` takes it as it is.
 * @throws AppError `bad_file` when it cannot be read, `bad_mapping` when no column looks like a time.
 */
export async function guessMapping(path: string, signal?: AbortSignal): Promise<GuessedMapping> {
  const facts = await inspectFile(path, signal)
  const shape = await withTemporaryFolder(async (folder) => {
    const plainPath = facts.container === 'parquet' ? await unpackFile(facts, folder, signal) : path
    return sniffTable(facts, plainPath, {})
  })
  const samples = readSamples(sampleText(facts), shape)
  const columns = chooseColumns(shape.header, samples)
  const isCatalogue = columns.at === undefined && columns.itemId !== undefined && columns.name !== undefined
  if (columns.at === undefined && !isCatalogue) {
    throw new AppError(
      'bad_mapping',
      {
        en: `no column of ${facts.fileName} looks like a time; its columns are: ${listNames(shape.header)}`,
        zh: `${facts.fileName} 中没有像时间的列；现有的列：${listNames(shape.header)}`,
      },
      { where: path, received: listNames(shape.header) },
    )
  }
  const mapping = isCatalogue ? catalogueMapping(columns) : eventMapping(columns, samples)
  const used = new Set(Object.values(mapping.columns))
  return { mapping, otherColumns: shape.header.filter((column) => !used.has(column)) }
}

type Columns = Readonly<Record<string, string>>
/** Column → its values in the sample, blanks left out. */
type Samples = ReadonlyMap<string, readonly string[]>

function readSamples(text: string, shape: TableShape): Samples {
  if (shape.kind === 'parquet') return new Map()
  if (shape.kind === 'json') return readJsonSamples(text, shape.header)
  const delimiter = shape.kind === 'csv' ? asDelimiter(shape.delimiter) : shape.delimiter
  const records = splitRecords(text, delimiter, sampleCount + 1).slice(shape.headerLines)
  return new Map(
    shape.header.map((column, index) => [
      column,
      records.map((cells) => cells[index]?.trim() ?? '').filter((cell) => cell !== ''),
    ]),
  )
}

function asDelimiter(delimiter: string): ',' | ';' | '|' {
  return delimiter === ';' || delimiter === '|' ? delimiter : ','
}

function readJsonSamples(text: string, header: readonly string[]): Samples {
  const values = new Map(header.map((column) => [column, [] as string[]]))
  for (const line of text.split('\n', sampleCount)) {
    try {
      for (const [key, value] of Object.entries(JSON.parse(line) as object)) {
        if (value !== null && value !== '')
          values.get(key)?.push(typeof value === 'string' ? value : JSON.stringify(value))
      }
    } catch {
      // A broken line is no sample.
    }
  }
  return values
}

/** Field → column: by the words of the header; a time that no word names, by its look. */
function chooseColumns(header: readonly string[], samples: Samples): Columns {
  const columns: Record<string, string> = {}
  for (const column of header) {
    const field = findFieldByName(column)
    if (field === undefined || columns[field] !== undefined) continue
    if (field === 'at' && !looksLikeTime(samples.get(column))) continue
    columns[field] = column
  }
  const taken = new Set(Object.values(columns))
  columns.at ??=
    header.find((column) => !taken.has(column) && looksLikeTime(samples.get(column), 'certain')) ?? ''
  return Object.fromEntries(Object.entries(columns).filter(([, column]) => column !== ''))
}

function eventMapping(columns: Columns, samples: Samples): MappingInput {
  const { name, nameZh: _, description, descriptionZh: _zh, category, brand, ...events } = columns
  const itemWords = { itemName: name ?? description, itemCategory: category, itemBrand: brand }
  const all = {
    ...events,
    ...Object.fromEntries(Object.entries(itemWords).filter(([, column]) => column !== undefined)),
  }
  const valuesOf = (field: string) => samples.get(columns[field] ?? '') ?? []
  const quantities = valuesOf('quantity')
  return {
    name: 'my-orders',
    rows: 'events',
    columns: all as Record<string, string>,
    ...(columns.country !== undefined && { traits: { country: columns.country } }),
    ...(columns.kind !== undefined && { kinds: guessKinds(valuesOf('kind')) }),
    dateFormat: chooseDateFormat(valuesOf('at')),
    // An order's number beside the time and the item names a line: told again, it is the same line.
    repeats: columns.orderId !== undefined ? 'duplicate' : 'real',
    userIdForm: chooseUserIdForm(valuesOf('userId')),
    cancellation: { isNegativeQuantity: quantities.some((value) => value.startsWith('-')) },
  }
}

function catalogueMapping(columns: Columns): MappingInput {
  const known = [
    'itemId',
    'name',
    'nameZh',
    'description',
    'descriptionZh',
    'category',
    'brand',
    'price',
    'currency',
  ]
  const fields = Object.entries(columns).filter(([field]) => known.includes(field))
  return { name: 'my-catalogue', rows: 'items', columns: Object.fromEntries(fields), repeats: 'duplicate' }
}

function guessKinds(values: readonly string[]): NonNullable<MappingInput['kinds']> {
  return Object.fromEntries(
    [...new Set(values)].slice(0, 50).map((value) => [value, kindWords[value.toLowerCase()] ?? 'custom']),
  )
}
