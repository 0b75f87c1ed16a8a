import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../math/random.ts'
import { createTokeniser } from '../../text/tokenise.ts'
import { type Column, type ColumnTable, selectRows } from './column-table.ts'
import {
  applyPreparation,
  describePreparation,
  type FittedPreparation,
  fitPreparation,
  type Preparation,
  parsePreparation,
} from './preparation.ts'
import type { StepSettings } from './preparation-step.ts'

/** What may be expected of a step beside the common rules. */
type StepCase = {
  /** A step that looks at the target refuses rows that all have one. */
  readonly needsVaryingTarget?: boolean
  /** Whether each kind of column is taken away, so that none of it is left. */
  readonly takes: Column['kind']
}

type Drawn = { readonly table: ColumnTable; readonly target: Float64Array }

const number = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -1e3, max: 1e6, noNaN: true }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 3 }) },
  { weight: 2, arbitrary: fc.constant(Number.NaN) },
  { weight: 1, arbitrary: fc.double() },
)
const label = fc.oneof(
  fc.constantFrom('red', 'blue', '绿色', ''),
  fc.constantFrom('__proto__', 'constructor', '0', 'a=b'),
  fc.string({ maxLength: 3 }),
)
const text = fc.constantFrom(
  'red tea cups',
  'a blue cup',
  '北欧风不锈钢电饭煲',
  '',
  'tea',
  'lamp, lamps & more',
)
const moment = fc.oneof(
  fc.integer({ min: Date.parse('2009-01-01'), max: Date.parse('2030-01-01') }),
  fc.constantFrom(Number.NaN, 0, -1, 9e15),
)

/** Rows of every kind of column; `still` never varies and `empty` holds nothing. */
function tables(limits: { minLength: number; maxLength: number }): fc.Arbitrary<Drawn> {
  const row = fc.record({ a: number, b: number, colour: label, title: text, at: moment, id: fc.nat(40) })
  return fc.array(row, limits).map((rows) => ({
    table: {
      rowIds: rows.map(({ id }) => `p${id}`),
      columns: [
        { kind: 'number', name: 'a', values: Float64Array.from(rows, (each) => each.a) },
        { kind: 'label', name: 'colour', values: rows.map((each) => each.colour) },
        { kind: 'number', name: 'b', values: Float64Array.from(rows, (each) => each.b) },
        { kind: 'number', name: 'still', values: new Float64Array(rows.length).fill(7) },
        { kind: 'number', name: 'empty', values: new Float64Array(rows.length).fill(Number.NaN) },
        { kind: 'text', name: 'title', values: rows.map((each) => each.title) },
        { kind: 'moment', name: 'at', values: Float64Array.from(rows, (each) => each.at) },
        { kind: 'label', name: 'only', values: rows.map(() => 'one') },
      ],
    },
    target: Float64Array.from(rows, (_, place) => place % 2),
  }))
}

const some = tables({ minLength: 2, maxLength: 40 })
const runs = { numRuns: 15 }

/** One for all: a dictionary takes a while to read. */
const tokenise = createTokeniser()

function learn({ table, target }: Drawn, settings: StepSettings): FittedPreparation {
  return fitPreparation([settings], { table, target }, createRandom(5), tokenise)
}

function apply(preparation: Preparation, table: ColumnTable): ColumnTable {
  return applyPreparation(preparation, table, tokenise)
}

function numbersIn({ columns }: ColumnTable): number[] {
  return columns.flatMap((column) => (column.kind === 'number' ? [...column.values] : []))
}

const shapeOf = ({ columns }: ColumnTable) => columns.map(({ name, kind }) => ({ name, kind }))
const deepCopy = (table: ColumnTable): ColumnTable => selectRows(table, [...table.rowIds.keys()])

/** What every step of a preparation keeps to. */
export function contractOfStep(
  title: string,
  settings: StepSettings,
  { takes, needsVaryingTarget }: StepCase,
): void {
  describe(title, () => {
    test('survives JSON, whole and in what it does', () => {
      fc.assert(
        fc.property(some, (drawn) => {
          const { preparation } = learn(drawn, settings)
          const read = parsePreparation(JSON.parse(JSON.stringify(preparation)))
          expect(read).toEqual(preparation)
          expect(apply(read, drawn.table)).toEqual(apply(preparation, drawn.table))
        }),
        runs,
      )
    })

    test('says the same each time, from the same seed, and leaves its input as it was', () => {
      fc.assert(
        fc.property(some, (drawn) => {
          const before = deepCopy(drawn.table)
          const [first, second] = [learn(drawn, settings), learn(drawn, settings)]
          expect(first).toEqual(second)
          const once = apply(first.preparation, drawn.table)
          expect(apply(first.preparation, drawn.table)).toEqual(once)
          expect(drawn.table).toEqual(before)
        }),
        runs,
      )
    })

    test('gives the columns that it names, of the length of the table and without infinite numbers', () => {
      fc.assert(
        fc.property(some, some, (drawn, other) => {
          const { preparation, table } = learn(drawn, settings)
          const [step] = preparation.steps
          for (const prepared of [table, ...[drawn, other].map((each) => apply(preparation, each.table))]) {
            expect(shapeOf(prepared)).toEqual(preparation.columnsOut)
            for (const column of prepared.columns) expect(column.values.length).toBe(prepared.rowIds.length)
            for (const value of numbersIn(prepared))
              expect(Math.abs(value)).not.toBe(Number.POSITIVE_INFINITY)
          }
          const names = preparation.columnsOut.map(({ name }) => name)
          expect(names).toEqual(expect.arrayContaining([...(step?.columnsOut ?? ['none'])]))
          const taken = shapeOf(drawn.table).filter(({ kind }) => kind === takes)
          expect(step?.columnsIn).toEqual(taken.map(({ name }) => name))
          const left = shapeOf(drawn.table).filter(({ kind }) => kind !== takes)
          expect(preparation.columnsOut).toEqual(expect.arrayContaining(left))
        }),
        runs,
      )
    })

    test('reads each row by itself', () => {
      fc.assert(
        fc.property(some, tables({ minLength: 1, maxLength: 12 }), (drawn, other) => {
          const { preparation } = learn(drawn, settings)
          const together = apply(preparation, other.table)
          for (const row of other.table.rowIds.keys()) {
            const alone = apply(preparation, selectRows(other.table, [row]))
            expect(alone).toEqual(selectRows(together, [row]))
          }
        }),
        runs,
      )
    })

    test('learns nothing of rows outside training', () => {
      fc.assert(
        fc.property(some, some, (past, future) => {
          const cut = past.table.rowIds.length
          const learnBefore = (later: Drawn) => {
            const whole = joinTables(past.table, later.table)
            const rows = Array.from({ length: cut }, (_, row) => row)
            return learn({ table: selectRows(whole, rows), target: past.target }, settings)
          }
          expect(learnBefore(future)).toEqual(learnBefore({ ...future, table: emptied(future.table) }))
        }),
        runs,
      )
    })

    test('takes levels, words and sizes that training did not have', () => {
      fc.assert(
        fc.property(some, (drawn) => {
          const { preparation } = learn(drawn, settings)
          const strange = apply(preparation, strangeRows())
          expect(shapeOf(strange)).toEqual(preparation.columnsOut)
          for (const value of numbersIn(strange)) expect(Math.abs(value)).not.toBe(Number.POSITIVE_INFINITY)
        }),
        runs,
      )
    })

    test('prepares no rows, learns from one, and refuses to learn from none', () => {
      fc.assert(
        fc.property(some, tables({ minLength: 1, maxLength: 1 }), (drawn, one) => {
          const none = selectRows(drawn.table, [])
          const { preparation } = learn(drawn, settings)
          expect(shapeOf(apply(preparation, none))).toEqual(preparation.columnsOut)
          expect(() => learn({ table: none, target: new Float64Array() }, settings)).toThrow('no rows')
          if (needsVaryingTarget) expect(() => learn(one, settings)).toThrow('nothing tells them apart')
          else
            expect(shapeOf(learn(one, settings).table)).toEqual(learn(one, settings).preparation.columnsOut)
        }),
        runs,
      )
    })

    test('refuses a table without one of its columns, by name, and overlooks further ones', () => {
      fc.assert(
        fc.property(some, (drawn) => {
          const { preparation } = learn(drawn, settings)
          const { rowIds, columns } = drawn.table
          const without = { rowIds, columns: columns.filter(({ name }) => name !== 'b') }
          expect(() => apply(preparation, without)).toThrow("lacks column 'b'")
          const further: Column = { kind: 'label', name: 'further', values: rowIds }
          const more = { rowIds, columns: [further, ...columns] }
          expect(apply(preparation, more)).toEqual(apply(preparation, drawn.table))
        }),
        { numRuns: 5 },
      )
    })

    test('tells what it learned in English and Chinese', () => {
      fc.assert(
        fc.property(some, (drawn) => {
          const [step] = describePreparation(learn(drawn, settings).preparation)
          expect(step?.kind).toBe(settings.kind)
          expect(step?.lines.length).toBeGreaterThan(0)
          for (const line of [step?.name, ...(step?.lines ?? [])]) {
            expect(line?.en).not.toMatch(/undefined|NaN|object/)
            expect(line?.zh).toMatch(/\p{Script=Han}/u)
            expect(line?.zh).not.toBe(line?.en)
          }
        }),
        runs,
      )
    })
  })
}

/** Rows of the second below those of the first, whose columns they share. */
function joinTables(first: ColumnTable, second: ColumnTable): ColumnTable {
  const columns = first.columns.map((column, place): Column => {
    const below = second.columns[place]?.values ?? []
    if (column.kind === 'number' || column.kind === 'moment')
      return { ...column, values: Float64Array.from([...column.values, ...below].map(Number)) }
    return { ...column, values: [...column.values, ...Array.from(below, String)] }
  })
  return { rowIds: [...first.rowIds, ...second.rowIds], columns }
}

function emptied({ rowIds, columns }: ColumnTable): ColumnTable {
  return {
    rowIds,
    columns: columns.map((column) =>
      column.kind === 'number' || column.kind === 'moment'
        ? { ...column, values: column.values.map(() => 1e9) }
        : { ...column, values: column.values.map(() => 'from the future') },
    ),
  }
}

function strangeRows(): ColumnTable {
  const sizes = Float64Array.of(1e308, -1e308, 5e-324, Number.NEGATIVE_INFINITY, Number.NaN, -0)
  const rowIds = Array.from(sizes, (_, row) => `new ${row}`)
  const words = rowIds.map((id) => `never seen ${id}`)
  return {
    rowIds,
    columns: [
      ...['a', 'b', 'still', 'empty'].map((name) => ({ kind: 'number', name, values: sizes }) as const),
      ...['colour', 'only'].map((name) => ({ kind: 'label', name, values: words }) as const),
      { kind: 'text', name: 'title', values: words },
      { kind: 'moment', name: 'at', values: sizes },
    ],
  }
}
