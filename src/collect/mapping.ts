import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import { eventKinds, lineTypes } from '../core/event.ts'

/** What a column of a table of events can be. `itemName`, `itemBrand` … describe the item of the row. */
const eventFields = [
  ...['at', 'userId', 'anonymousId', 'eventId', 'sessionId', 'orderId', 'itemId', 'kind', 'name'],
  ...['quantity', 'price', 'amount', 'currency', 'country', 'coupon', 'query', 'listId', 'position'],
  ...['dwellMs', 'rating', 'text', 'itemName', 'itemDescription', 'itemBrand', 'itemCategory'],
] as const
/** What a column of a table of items can be. */
const itemFields = [
  ...['itemId', 'name', 'nameZh', 'description', 'descriptionZh', 'category', 'categoryZh', 'brand'],
  ...['price', 'currency', 'at'],
] as const
/** What a column of a table of people can be, beside their traits. */
const peopleFields = ['userId', 'anonymousId', 'at'] as const

const pattern = z.string().refine(isPattern, 'must be a regular expression (RE2)')
const lineTypeRule = z.strictObject({
  type: z.enum(lineTypes),
  /** Item ids, whole and in any case. */
  itemIds: z.array(z.string()).optional(),
  itemPattern: pattern.optional(),
  namePattern: pattern.optional(),
})

const mappingSchema = z.strictObject({
  /** Becomes the `source` of what is stored. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'must be lower-case letters, digits and dashes'),
  rows: z.enum(['events', 'items', 'people']).default('events'),
  /** Field → column of the file. */
  columns: z.record(z.string(), z.string()),
  /** Field → the same value for every row. */
  constants: z.record(z.string(), z.string()).default({}),
  /** Field → cells that say that there is nothing, such as `0` or `none`, once blanks around them are cut off. */
  absent: z.record(z.string(), z.array(z.string()).min(1)).optional(),
  /** Columns that are the levels of the category, from the broadest to the narrowest, each a name as it stands. */
  categoryLevels: z.array(z.string().min(1)).min(1).optional(),
  /** Fields whose column a file may leave out. */
  optionalFields: z.array(z.string().min(1)).optional(),
  /** Trait of the person → column. */
  traits: z.record(z.string(), z.string()).default({}),
  /** Value of the column `kind` → kind of event. */
  kinds: z.record(z.string(), z.enum(eventKinds)).default({}),
  /** For files without a header, by position; several lists are told apart by their length. */
  columnNames: z.array(z.array(z.string().min(1)).min(1)).optional(),
  /** Left out: found by looking. */
  delimiter: z.enum([',', ';', '\t', '|', 'whitespace']).optional(),
  /** `auto`: ISO 8601, yyyymmdd or Unix time; otherwise a Joda pattern such as `d/M/yyyy H:mm`. */
  dateFormat: z
    .string()
    .refine(isDateFormat, 'must be `auto` or a Joda pattern such as d/M/yyyy H:mm')
    .default('auto'),
  /** Of times without an offset; left out: the shop's. */
  timeZone: z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/London').optional(),
  decimal: z.enum(['point', 'comma']).default('point'),
  /** Whether an exact repeat of a row is the same thing told twice, or happened twice. */
  repeats: z.enum(['duplicate', 'real']).default('real'),
  /** `integer`: `17850.0` is `17850`, as a spreadsheet writes whole numbers. */
  userIdForm: z.enum(['as_is', 'integer', 'lower_case']).default('as_is'),
  /** Which purchase rows take a purchase back. */
  cancellation: z
    .strictObject({
      orderIdPrefix: z.string().min(1).optional(),
      isNegativeQuantity: z.boolean().default(false),
    })
    .default({ isNegativeQuantity: false }),
  /** The first rule that fits tells what a row stands for; without one it is a product. */
  lineTypes: z.array(lineTypeRule).default([]),
  /** Names of items that are notes of the stock room ("damaged?"), not names. */
  notePattern: pattern.optional(),
})

/** How a table is read: the built-in formats are such mappings, and a person may write one. */
export type Mapping = z.infer<typeof mappingSchema>
export type MappingInput = z.input<typeof mappingSchema>

/**
 * Checks a mapping and fills in its defaults.
 * @throws AppError `bad_mapping` naming each wrong key and what it may be.
 */
export function parseMapping(value: unknown, where?: string): Mapping {
  const parsed = mappingSchema.safeParse(value)
  if (!parsed.success) {
    throw mappingError(parsed.error.issues.map(describeIssue), where)
  }
  const problems = listProblems(parsed.data)
  if (problems.length > 0) throw mappingError(problems, where)
  return parsed.data
}

/** @throws AppError `bad_mapping` when the file is not there, no JSON or no mapping. */
export async function readMappingFile(path: string): Promise<Mapping> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new AppError(
      'bad_mapping',
      { en: `${path} is not a JSON file that can be read`, zh: `${path} 不是可读取的 JSON 文件` },
      { where: path, cause: error },
    )
  }
  return parseMapping(value, path)
}

/** The fields that this mapping's rows can have. */
export function fieldsOf(mapping: Pick<Mapping, 'rows'>): readonly string[] {
  return { events: eventFields, items: itemFields, people: peopleFields }[mapping.rows]
}

/** The column or the constant that a field comes from; undefined when it has neither. */
export function sourceOf(
  mapping: Mapping,
  field: string,
): { readonly column: string } | { readonly constant: string } | undefined {
  const column = mapping.columns[field]
  if (column !== undefined) return { column }
  const constant = mapping.constants[field]
  return constant === undefined ? undefined : { constant }
}

function listProblems(mapping: Mapping): string[] {
  const fields = fieldsOf(mapping)
  const named = [
    ...Object.keys(mapping.columns).map((field) => ['columns', field] as const),
    ...Object.keys(mapping.constants).map((field) => ['constants', field] as const),
    ...Object.keys(mapping.absent ?? {}).map((field) => ['absent', field] as const),
  ]
  const problems = named
    .filter(([, field]) => !fields.includes(field))
    .map(([part, field]) => `${part}.${field}: no such field; choose from ${fields.join(', ')}`)
  problems.push(...listMissing(mapping), ...listCategoryProblems(mapping))
  const kind = mapping.constants.kind
  if (kind !== undefined && !eventKinds.some((each) => each === kind)) {
    problems.push(`constants.kind: ${kind} is none of ${eventKinds.join(', ')}`)
  }
  return problems
}

function listMissing({ rows, columns, constants, traits }: Mapping): string[] {
  switch (rows) {
    case 'events':
      return columns.at === undefined && constants.at === undefined
        ? ['columns.at: must name the column of the time']
        : []
    case 'items':
      return columns.itemId === undefined ? ['columns.itemId: must name the column of the item id'] : []
    case 'people':
      return [
        ...(columns.userId === undefined && columns.anonymousId === undefined
          ? ['columns.userId: must name the column of the person, unless columns.anonymousId does']
          : []),
        ...(Object.keys(traits).length === 0
          ? ['traits: must name the columns of what is known of people']
          : []),
      ]
    default:
      return rows satisfies never
  }
}

function listCategoryProblems(mapping: Mapping): string[] {
  if (mapping.categoryLevels === undefined) return []
  if (mapping.rows === 'people') return ['categoryLevels: people have no category']
  const field = mapping.rows === 'events' ? 'itemCategory' : 'category'
  return sourceOf(mapping, field) === undefined
    ? []
    : [`categoryLevels: stands instead of ${field}; leave one of them out`]
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const key = issue.path.join('.')
  return key === '' ? issue.message : `${key}: ${issue.message}`
}

function mappingError(problems: readonly string[], where: string | undefined): AppError {
  return new AppError(
    'bad_mapping',
    {
      en: `the mapping is not valid: ${problems.join('; ')}`,
      zh: `映射无效：${problems.join('；')}`,
    },
    where === undefined ? {} : { where },
  )
}

/** The engine's RE2 knows no look-around and no back-references; what both dialects refuse is caught here. */
function isPattern(text: string): boolean {
  try {
    new RegExp(text.replace(/^\(\?i\)/, ''), 'u')
  } catch {
    return false
  }
  return !/\(\?[=!<]|\\[1-9]/.test(text)
}

/** Letters that the engine reads; `z`, a zone's name, is not among them: one wrong name would fail the whole file. */
function isDateFormat(format: string): boolean {
  const letters = format.replaceAll(/'[^']*'/g, '').replaceAll(/[^A-Za-z']/g, '')
  return format === 'auto' || (/^[adehkmswxyCDEGHKMSYZ]+$/.test(letters) && !/S{10}/.test(letters))
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
