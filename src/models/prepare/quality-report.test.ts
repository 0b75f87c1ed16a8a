import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../math/random.ts'
import type { ColumnQuality } from './column-quality.ts'
import type { Column, ColumnTable } from './column-table.ts'
import { reportQuality } from './quality-report.ts'
import { tabulateQuality } from './quality-table.ts'

type Cells = Readonly<Record<string, ArrayLike<number> | readonly string[]>>

function table(cells: Cells, idOf: (row: number) => string = (row) => `p${row}`): ColumnTable {
  const columns = Object.entries(cells).map(([name, values]): Column => {
    const list = Array.from<number | string>(values)
    if (list.every((value) => typeof value === 'number'))
      return { kind: 'number', name, values: Float64Array.from(list) }
    return { kind: 'label', name, values: list.map(String) }
  })
  return { rowIds: Array.from({ length: columns[0]?.values.length ?? 0 }, (_, row) => idOf(row)), columns }
}

function only(report: ReturnType<typeof reportQuality>, name: string): ColumnQuality {
  const column = report.columns.find((each) => each.name === name)
  if (column === undefined) throw new Error(`no column ${name}`)
  return column
}

function drift(before: Cells, after: Cells) {
  const report = reportQuality({ training: table(before), later: table(after) }, createRandom(1))
  const column = report.columns[0]
  return { ...column?.drift, findings: column?.findings ?? [] }
}

const repeat = <T>(times: number, value: T): T[] => Array.from({ length: times }, () => value)
const draws = (seed: number, count: number) => {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => random.normal())
}

describe('drift', () => {
  test('is the population stability index, worked by hand', () => {
    const before = { colour: [...repeat(500, 'red'), ...repeat(500, 'blue')] }
    const after = { colour: [...repeat(600, 'red'), ...repeat(400, 'blue')] }
    const { stabilityIndex, grade, byChance } = drift(before, after)
    expect(stabilityIndex).toBeCloseTo(0.1 * Math.log(1.2) - 0.1 * Math.log(0.8), 12)
    expect(grade).toBe('stable')
    // Two bins: χ² of one degree, whose 99 % quantile is 6.63 (Wilson & Hilferty give 6.59).
    expect(byChance).toBeCloseTo((6.63 * 2) / 1000, 3)
  })

  test('of numbers uses bins of training, and an empty one counts as half a row', () => {
    const ten = Array.from({ length: 1000 }, (_, row) => row % 10)
    const { stabilityIndex, mostMoved, grade, findings } = drift(
      { a: ten },
      { a: ten.map((value) => value + 1) },
    )
    // Values 1 … 9 keep their tenth; of the ends one loses all and one gains a tenth: (.2 − .1) ln 2 + (.1 − .0005) ln 200.
    expect(stabilityIndex).toBeCloseTo(0.1 * Math.log(2) + 0.0995 * Math.log(200), 9)
    expect(mostMoved).toEqual({ bin: { kind: 'range', to: 0 }, before: 0.1, after: 0 })
    expect(grade).toBe('strong')
    expect(findings[0]?.text).toEqual({
      en: 'it moved far (stability index 0.60); most of all up to 0, 10.0 % → 0.0 % of the rows',
      zh: '分布明显漂移（稳定性指数 0.60）；变化最大的是 不超过 0，占比 10.0 % → 0.0 %',
    })
  })

  test('is seen where values go missing, levels are new, or what never varied does', () => {
    const values = draws(1, 400)
    const gone = values.map((value, row) => (row % 3 === 0 ? Number.NaN : value))
    expect(drift({ a: values }, { a: gone }).mostMoved?.bin).toEqual({ kind: 'missing' })
    const colours = repeat(400, 'red')
    const fresh = colours.map((colour, row) => (row % 4 === 0 ? `new ${row}` : colour))
    expect(drift({ a: colours }, { a: fresh })).toMatchObject({
      grade: 'strong',
      mostMoved: { bin: { kind: 'other' } },
    })
    const risen = drift({ a: repeat(400, 5) }, { a: repeat(400, 6) })
    expect(risen).toMatchObject({
      grade: 'strong',
      mostMoved: { bin: { kind: 'value', value: 5 }, after: 0 },
    })
    expect(drift({ a: repeat(400, 5) }, { a: repeat(300, 5) })).toMatchObject({
      stabilityIndex: 0,
      grade: 'stable',
    })
  })

  test('is not called where few rows differ by chance', () => {
    let [large, called] = [0, 0]
    for (let seed = 0; seed < 200; seed++) {
      const { stabilityIndex = 0, grade } = drift({ a: draws(seed, 60) }, { a: draws(seed + 1000, 60) })
      if (stabilityIndex > 0.1) large++
      if (grade !== 'stable') called++
    }
    expect(large).toBeGreaterThan(150)
    expect(called).toBeLessThan(10)
  })

  test('of the same rows is 0, and never below', () => {
    const cell = fc.oneof(fc.double(), fc.constantFrom(0, 1, Number.NaN))
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), fc.array(cell, { minLength: 1 }), (one, other) => {
        expect(drift({ a: one }, { a: one }).stabilityIndex).toBe(0)
        // A half row for an empty bin moves shares a little below what they sum to.
        expect(drift({ a: one }, { a: other }).stabilityIndex).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('what a column knows of the target', () => {
  const random = createRandom(4)
  const count = 800
  const target = Float64Array.from({ length: count }, () => random.integer(2))
  const noise = draws(5, count)
  const judge = (cells: Cells, own = target, idOf?: (row: number) => string) =>
    reportQuality({ training: table(cells, idOf), target: own }, createRandom(1))

  test('a copy of the label is a leak in either direction, and the others are none', () => {
    const report = judge({
      copy: target.map((value) => 7 - 3 * value),
      noise,
      honest: noise.map((value, row) => value + (target[row] ?? 0)),
    })
    expect(only(report, 'copy').knowledge).toMatchObject({ measure: 'auc', value: 1, low: 1 })
    expect(only(report, 'copy').findings[0]?.text.en).toBe(
      'by itself it knows the label almost for sure: AUC 1.000 (1.000 … 1.000). Is it known before the label is?',
    )
    // Two normal distributions a deviation apart: the area is Φ(1 / √2) = .760.
    expect(only(report, 'honest').knowledge?.value).toBeCloseTo(0.76, 1)
    expect(only(report, 'noise').knowledge?.value).toBeLessThan(0.56)
    expect(report.columns.map(({ findings }) => findings.map(({ kind }) => kind))).toEqual([['leak'], [], []])
  })

  test('a leak is found in what is missing, in values that are neither more nor less, and in levels', () => {
    const report = judge({
      'set after it': noise.map((value, row) => (target[row] === 1 ? value : Number.NaN)),
      middle: noise.map((value, row) =>
        target[row] === 1 ? value / 10 : Math.sign(value) * (1 + Math.abs(value)),
      ),
      status: Array.from(target, (value, row) => (value === 1 ? 'paid' : ['open', 'new'][row % 2]) ?? ''),
    })
    for (const { findings } of report.columns) expect(findings.map(({ kind }) => kind)).toContain('leak')
  })

  test('a level of each row its own knows nothing: its own label is not counted', () => {
    const ids = Array.from(target, (_, row) => `order ${row}`)
    const { knowledge } = only(judge({ ids }), 'ids')
    expect(knowledge?.value).toBeLessThan(0.56)
  })

  test('rows of one person are drawn and folded together', () => {
    const persons = 40
    const own = Float64Array.from({ length: count }, (_, row) => (row % persons < persons / 2 ? 1 : 0))
    const signal = Array.from(own, (value, row) => value + (noise[row % persons] ?? 0))
    const width = ({ knowledge }: ColumnQuality) => (knowledge?.high ?? 0) - (knowledge?.low ?? 0)
    const asRows = only(judge({ signal }, own), 'signal')
    const asPersons = only(
      judge({ signal }, own, (row) => `p${row % persons}`),
      'signal',
    )
    expect(width(asPersons)).toBeGreaterThan(2.5 * width(asRows))
    const names = Array.from(own, (_, row) => `person ${row % persons}`)
    expect(
      only(
        judge({ names }, own, (row) => `p${row % persons}`),
        'names',
      ).knowledge?.value,
    ).toBeLessThan(0.65)
  })

  test('of an amount it is the share of variance explained', () => {
    const spend = noise.map((value) => Math.exp(2 * value))
    const report = judge(
      {
        'spend with tax': spend.map((value) => 1.2 * value),
        rank: spend.map((value) => Math.log(value)),
        half: noise.map((value, row) => value + (draws(6, count)[row] ?? 0)),
      },
      Float64Array.from(spend),
    )
    expect(only(report, 'spend with tax').knowledge).toMatchObject({ measure: 'explained', by: 'values' })
    expect(only(report, 'rank').knowledge).toMatchObject({ by: 'order' })
    expect(report.columns.map(({ findings }) => findings.length)).toEqual([1, 1, 0])
  })

  test('a column far ahead of every other is called out before it knows all', () => {
    const cells = {
      ahead: noise.map((value, row) => value + 2 * (target[row] ?? 0)),
      behind: draws(7, count).map((value, row) => value + 0.5 * (target[row] ?? 0)),
    }
    const report = judge(cells)
    expect(only(report, 'ahead').findings.map(({ kind }) => kind)).toEqual(['stands-out'])
    const equal = judge({
      ...cells,
      behind: draws(7, count).map((value, row) => value + 2 * (target[row] ?? 0)),
    })
    expect(equal.columns.flatMap(({ findings }) => findings)).toEqual([])
  })

  test('a few rows that happen to be told apart are no leak, and one answer alone tells nothing', () => {
    const few = judge({ a: [1, 2, 3, 4, 5, 6] }, Float64Array.of(0, 0, 0, 1, 1, 1))
    expect(only(few, 'a').findings).toEqual([])
    const same = judge({ noise }, new Float64Array(count))
    expect(same.target).toBe(undefined)
    expect(only(same, 'noise').knowledge).toBe(undefined)
    const partly = target.map((value, row) => (row < 400 ? value : Number.NaN))
    expect(judge({ noise }, partly).target).toMatchObject({ kind: 'yes-no', rowCount: 400 })
    expect(() => judge({ noise }, target.subarray(1))).toThrow('not as long')
  })
})

test('missing, empty and constant columns are told, and no rows at all are no matter', () => {
  const none = Number.NaN
  const training = table({ a: [1, none, none], b: [none, none, none], c: ['x', 'x', 'x'], d: [1, 2, 3] })
  const report = reportQuality({ training }, createRandom(1))
  expect(report.columns.map(({ missingShare }) => missingShare)).toEqual([2 / 3, 1, 0, 0])
  expect(report.columns.map(({ distinctCount }) => distinctCount)).toEqual([1, 0, 1, 3])
  expect(report.columns.map(({ findings }) => findings.map(({ kind }) => kind))).toEqual([
    ['missing'],
    ['empty'],
    ['constant'],
    [],
  ])
  const empty = reportQuality(
    { training: table({ a: [] }), later: table({ a: [] }), target: new Float64Array() },
    createRandom(1),
  )
  expect(empty).toMatchObject({
    rowCount: 0,
    laterRowCount: 0,
    columns: [{ missingShare: 0, distinctCount: 0 }],
  })
})

test('the report is a table and sentences in either language, the gravest first', () => {
  const target = Float64Array.from({ length: 60 }, (_, row) => row % 2)
  const training = table({ fine: draws(1, 60), still: repeat(60, 3), copy: target, '': repeat(60, '') })
  const report = reportQuality({ training, later: training, target }, createRandom(1))
  const english = tabulateQuality(report, 'en')
  expect(english.titles).toEqual([
    'column',
    'kind',
    'missing',
    'different',
    'stability index',
    'AUC',
    'interval',
    'found',
  ])
  expect(english.rows.map(([name]) => name)).toEqual(['copy', '', 'still', 'fine'])
  expect(english.rows[0]).toEqual([
    'copy',
    'number',
    '0.0 %',
    '2',
    '0.000',
    '1.000',
    '1.000 … 1.000',
    'knows the label',
  ])
  expect(english.rows[2]?.slice(4)).toEqual(['0.000', '–', '–', 'constant'])
  expect(english.findings[2]).toEqual({ name: 'still', text: 'it never varies' })
  const chinese = tabulateQuality(report, 'zh')
  for (const text of [
    ...chinese.titles.filter((title) => title !== 'AUC'),
    ...chinese.findings.map((each) => each.text),
  ])
    expect(text).toMatch(/\p{Script=Han}/u)
  expect(tabulateQuality(reportQuality({ training }, createRandom(1)), 'en').titles).toHaveLength(5)
})
