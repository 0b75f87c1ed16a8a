import { expect, test } from 'vitest'
import type { Dataset } from '../../core/dataset.ts'
import { createRandom, type Random } from '../../math/random.ts'
import { selectColumns, selectInTurn } from './select-columns.ts'
import { correctForCount } from './selection/by-information.ts'

function dataset(
  columns: Readonly<Record<string, ArrayLike<number>>>,
  idOf: (row: number) => string = (row) => `row ${row}`,
): Dataset {
  const featureNames = Object.keys(columns)
  const rowIds = Array.from(Object.values(columns)[0] ?? [], (_, row) => idOf(row))
  const values = rowIds.flatMap((_, row) => featureNames.map((name) => columns[name]?.[row] ?? Number.NaN))
  return { featureNames, rowIds, values: Float64Array.from(values) }
}

function draw(random: Random, count: number): Float64Array {
  return Float64Array.from({ length: count }, () => random.normal())
}

const reasonsOf = ({ dropped }: ReturnType<typeof selectColumns>) =>
  Object.fromEntries(dropped.map(({ name, reason }) => [name, reason.en]))

test('columns that do not vary, hold nothing or vary too little go', () => {
  const data = dataset({ still: [3, 3, 3], empty: [], narrow: [1, 1.1, 0.9], wide: [1, 5, 9], infinite: [] })
  const selection = selectColumns(data, undefined, { by: 'variance', leastVariance: 0.01 }, createRandom(1))
  expect(selection.kept).toEqual(['wide'])
  expect(reasonsOf(selection)).toEqual({
    still: 'it does not vary: 3 throughout',
    empty: 'it holds no value',
    narrow: 'its variance is 0.00667, not above 0.01',
    infinite: 'it holds no value',
  })
  expect(selectColumns(data, undefined, { by: 'variance' }, createRandom(1)).kept).toEqual(['narrow', 'wide'])
})

test('of a cluster the member stays that tells most of the target, and each other one names it', () => {
  const random = createRandom(2)
  const signal = draw(random, 1500)
  const data = dataset({
    twin: signal.map((value) => value + 0.3 * random.normal()),
    signal,
    turned: signal.map((value) => -value + 0.3 * random.normal()),
    alone: draw(random, 1500),
    still: new Float64Array(1500).fill(2),
  })
  const target = signal.map((value) => (value + random.normal() > 0 ? 1 : 0))
  const selection = selectColumns(data, target, { by: 'correlation' }, random)
  expect(selection.kept).toEqual(['signal', 'alone', 'still'])
  expect(selection.dropped.map(({ name }) => name)).toEqual(['twin', 'turned'])
  expect(reasonsOf(selection).turned).toMatch(
    /^it says what 'signal' says: correlation -0\.95\d?; that one tells more of the target \(0\.\d+ nats against 0\.\d+\)$/,
  )
  const untold = selectColumns(data, undefined, { by: 'correlation' }, random)
  expect(untold.kept).toEqual(
    ['twin', 'alone', 'still'].concat(untold.kept.includes('turned') ? ['turned'] : []).sort(byPlace),
  )
})

const byPlace = (a: string, b: string) => order.indexOf(a) - order.indexOf(b)
const order = ['twin', 'signal', 'turned', 'alone', 'still']

test('no member of a chain is left out but for one that it is near to', () => {
  const random = createRandom(3)
  const start = draw(random, 800)
  let last = start
  const chain = Object.fromEntries(
    Array.from({ length: 8 }, (_, link) => {
      last = last.map((value) => value + 0.4 * random.normal())
      return [`link ${link}`, last]
    }),
  )
  const selection = selectColumns(dataset(chain), undefined, { by: 'correlation', most: 0.9 }, random)
  expect(selection.kept.length).toBeGreaterThan(1)
  for (const { figure } of selection.dropped) expect(Math.abs(figure)).toBeGreaterThan(0.9)
})

// Benjamini & Hochberg (1995), §3.2: of these fifteen p-values their procedure at .05 rejects the four smallest.
test('the correction for the number of columns gives the published example', () => {
  const chances = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
    0.759, 1,
  ]
  const corrected = correctForCount(Float64Array.from(chances))
  expect(corrected.filter((chance) => chance <= 0.05)).toHaveLength(4)
  expect(corrected[3]).toBeCloseTo((0.0095 * 15) / 4, 12)
  // The seventh's own 15/7 · .0298 = .0639 is less than the sixth's 15/6 · .0278 = .0695: the sixth takes it.
  expect(corrected[5]).toBeCloseTo((0.0298 * 15) / 7, 12)
  expect(corrected[14]).toBe(1)
})

test('columns that tell the target stay, whatever the form of what they tell; noise goes', () => {
  const random = createRandom(5)
  const bent = draw(random, 1200)
  const noise = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`noise ${index}`, draw(random, 1200)]),
  )
  const absent = bent.map((value) => (value > 1 ? Number.NaN : 0))
  const target = bent.map((value) => value * value + random.normal())
  const data = dataset({ bent, absent, ...noise })
  const selection = selectColumns(data, target, { by: 'information' }, random)
  expect(selection.kept).toEqual(expect.arrayContaining(['bent', 'absent']))
  expect(selection.kept.length).toBeLessThanOrEqual(4)
  expect(selection.dropped[0]?.reason.en).toMatch(
    /^it tells no more of the target than chance: .* nats, p .*, .* corrected$/,
  )
})

test('of noise alone hardly ever a column is kept', () => {
  let keptCount = 0
  for (let seed = 0; seed < 40; seed++) {
    const random = createRandom(seed)
    const data = dataset({ a: draw(random, 80), b: draw(random, 80), c: draw(random, 80) })
    keptCount += selectColumns(data, draw(random, 80), { by: 'information', shuffleCount: 199 }, random).kept
      .length
  }
  // The rule lets a family of noise through one time in twenty.
  expect(keptCount).toBeLessThan(7)
})

test('many rows of one person do not make chance look like knowledge', () => {
  const random = createRandom(7)
  const [own, label] = [draw(random, 60), draw(random, 60)]
  const repeat = (values: Float64Array) =>
    Float64Array.from({ length: 1200 }, (_, row) => values[row % 60] ?? 0)
  const columns = { own: repeat(own) }
  const asPeople = selectColumns(
    dataset(columns, (row) => `p${row % 60}`),
    repeat(label),
    { by: 'information' },
    random,
  )
  expect(asPeople.kept).toEqual([])
  // Were each row somebody else, the same figures could not be chance.
  expect(selectColumns(dataset(columns), repeat(label), { by: 'information' }, random).kept).toEqual(['own'])
})

test.each(['amount', 'yes or no'])('an L1 path keeps what tells beside the others: %s', (kind) => {
  const random = createRandom(11)
  const [first, second] = [draw(random, 1500), draw(random, 1500)]
  const noise = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`noise ${index}`, draw(random, 1500)]),
  )
  const score = first.map((value, row) => 2 * value - 1.5 * (second[row] ?? 0))
  const target = score.map((value) => {
    if (kind === 'amount') return value + 4 * random.normal()
    return random.next() < 1 / (1 + Math.exp(-value)) ? 1 : 0
  })
  const data = dataset({ first, second, ...noise, still: new Float64Array(1500) })
  const selection = selectColumns(data, target, { by: 'lasso' }, random)
  expect(selection.kept).toEqual(['first', 'second'])
  const reasons = reasonsOf(selection)
  expect(reasons.still).toMatch(/no weight at any penalty tried \(chosen: 0\.\d+\)/)
  expect(reasons['noise 0']).toMatch(/^beside the others it gets (a weight only at a penalty of|no weight)/)
})

test('ways of choosing in turn each see what the ways before them kept', () => {
  const random = createRandom(17)
  const own = draw(random, 500)
  const data = dataset({
    own,
    still: new Float64Array(500),
    twin: own.map((value) => 2 * value),
    noise: draw(random, 500),
  })
  const target = own.map((value) => (value + 0.5 * random.normal() > 0 ? 1 : 0))
  const methods = [{ by: 'variance' }, { by: 'correlation' }, { by: 'information' }] as const
  const stages = [...selectInTurn(data, target, methods, random)]
  expect(stages.map(({ by, dropped }) => [by, dropped.map(({ name }) => name)])).toEqual([
    ['variance', ['still']],
    ['correlation', ['twin']],
    ['information', ['noise']],
  ])
  expect(stages[2]?.kept).toEqual(['own'])
})

test.each(['variance', 'correlation', 'information', 'lasso'] as const)(
  'of no columns none is chosen: %s',
  (by) => {
    const none = { featureNames: [], rowIds: ['a', 'b', 'c', 'd'], values: new Float64Array() }
    const target = Float64Array.of(0, 1, 0, 1)
    expect(selectColumns(none, target, { by }, createRandom(1))).toEqual({ kept: [], dropped: [] })
  },
)

test('rows without a target take no part, and a target that tells nothing apart is refused', () => {
  const random = createRandom(13)
  const own = draw(random, 400)
  const target = own.map((value, row) => (row < 200 ? Math.sign(value) + 1 : Number.NaN))
  const half = selectColumns(dataset({ own }), target, { by: 'information' }, createRandom(1))
  const alone = dataset({ own: own.subarray(0, 200) })
  expect(selectColumns(alone, target.subarray(0, 200), { by: 'information' }, createRandom(1))).toEqual(half)
  expect(half.kept).toEqual(['own'])
  const attempt = (labels: Float64Array | undefined) => () =>
    selectColumns(dataset({ own }), labels, { by: 'lasso' }, random)
  expect(attempt(undefined)).toThrow('needs the target')
  expect(attempt(own.subarray(1))).toThrow('not as long')
  expect(attempt(own.map(() => 1))).toThrow('all 400 known targets are the same')
})
