import type { Bilingual } from '../../../core/language.ts'
import { type Column, type ColumnTable, numberColumn } from '../column-table.ts'
import {
  columnOf,
  type FittedStep,
  type Replacement,
  refuseSetting,
  type StepTraining,
  takeColumns,
  tell,
} from './fitted-step.ts'

const datePartNames = ['year', 'month', 'weekday', 'hour'] as const
type DatePart = (typeof datePartNames)[number]

/** A moment becomes the parts of its date on the clocks of a time zone. */
export type DateSettings = {
  readonly kind: 'dates'
  /** All moment columns when left out. */
  readonly columns?: readonly string[]
  /** All when left out: year, month (1 … 12), weekday (1 Monday … 7), hour (0 … 23). */
  readonly parts?: readonly DatePart[]
  /** IANA name; UTC when left out. */
  readonly timeZone?: string
  /**
   * `circle`: what comes round again as sine and cosine, so that December is beside January; minutes count in the hour. `number`:
   * as it is counted. Both by default; a year is a number always.
   */
  readonly form?: 'number' | 'circle' | 'both'
}

export type DateStep = FittedStep<'dates'> & {
  readonly parts: readonly DatePart[]
  readonly timeZone: string
  readonly form: 'number' | 'circle' | 'both'
  /** The first and the last moment of training, where there is one. */
  readonly columns: readonly { readonly name: string; readonly spanMs?: readonly [number, number] }[]
}

export function fitDates(
  { columns: names, parts = datePartNames, timeZone = 'UTC', form = 'both' }: DateSettings,
  { table }: StepTraining,
): DateStep {
  const unknown = parts.find((part) => !datePartNames.includes(part))
  if (unknown !== undefined) refuseSetting('dates.parts', datePartNames.join(', '), unknown)
  checkTimeZone(timeZone)
  const columns = takeColumns(table, 'moment', names).map(({ name, values }) => {
    const known = values.filter((value) => !Number.isNaN(value)).sort()
    const [first, last] = [known[0], known.at(-1)]
    return first === undefined || last === undefined ? { name } : { name, spanMs: [first, last] as const }
  })
  const own = { parts, timeZone, form, columns }
  return {
    kind: 'dates',
    formatVersion: 1,
    columnsIn: columns.map((each) => each.name),
    columnsOut: columns.flatMap(({ name }) => outputsOf(own).map(({ suffix }) => `${name}:${suffix}`)),
    ...own,
  }
}

export function applyDates(step: DateStep, table: ColumnTable): Replacement {
  const outputs = outputsOf(step)
  const readClock = createClock(step.timeZone)
  return new Map(
    step.columns.map(({ name }): [string, Column[]] => {
      const clocks = Array.from(columnOf(table, 'moment', name).values, readClock)
      return [
        name,
        outputs.map(({ suffix, read }) =>
          numberColumn(
            `${name}:${suffix}`,
            Float64Array.from(clocks, (clock) => (clock ? read(clock) : Number.NaN)),
          ),
        ),
      ]
    }),
  )
}

export function describeDates({ columns, timeZone, parts }: DateStep): Bilingual[] {
  const en = parts.join(', ')
  const chinese = { year: '年', month: '月', weekday: '星期', hour: '小时' }
  const zh = parts.map((part) => chinese[part]).join('、')
  return columns.map(({ name, spanMs }) => {
    if (spanMs === undefined)
      return tell(
        name,
        `${en} in ${timeZone}; no moment in training`,
        `${timeZone} 时区的${zh}；训练数据中没有时间`,
      )
    const [first, last] = spanMs.map((atMs) => new Date(atMs).toISOString().slice(0, 10))
    return tell(
      name,
      `${en} in ${timeZone}; training ${first} … ${last}`,
      `${timeZone} 时区的${zh}；训练数据 ${first} … ${last}`,
    )
  })
}

type Clock = {
  readonly year: number
  readonly month: number
  readonly weekday: number
  readonly minute: number
}
type Output = { readonly suffix: string; readonly read: (clock: Clock) => number }

const readers: Readonly<
  Record<DatePart, { count: (clock: Clock) => number; turn?: (clock: Clock) => number }>
> = {
  year: { count: ({ year }) => year },
  month: { count: ({ month }) => month, turn: ({ month }) => (month - 1) / 12 },
  weekday: { count: ({ weekday }) => weekday, turn: ({ weekday }) => (weekday - 1) / 7 },
  hour: { count: ({ minute }) => Math.floor(minute / 60), turn: ({ minute }) => minute / 1440 },
}

function outputsOf({ parts, form }: Pick<DateStep, 'parts' | 'form'>): Output[] {
  return parts.flatMap((part): Output[] => {
    const { count, turn } = readers[part]
    const plain = { suffix: part, read: count }
    if (turn === undefined || form === 'number') return [plain]
    const circle = [
      { suffix: `${part}:sin`, read: (clock: Clock) => Math.sin(2 * Math.PI * turn(clock)) },
      { suffix: `${part}:cos`, read: (clock: Clock) => Math.cos(2 * Math.PI * turn(clock)) },
    ]
    return form === 'circle' ? circle : [plain, ...circle]
  })
}

/** The clock of a zone at a moment; undefined where it is missing. */
function createClock(timeZone: string): (atMs: number) => Clock | undefined {
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  return (atMs) => {
    if (Number.isNaN(atMs)) return undefined
    const parts = Object.fromEntries(
      format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]),
    )
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts
    const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay() || 7
    return { year, month, weekday, minute: 60 * hour + minute }
  }
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    refuseSetting('dates.timeZone', 'an IANA name, e.g. Europe/London', timeZone)
  }
}
