import { expect, test } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import type { Table } from '../table.ts'
import { answerOfRule, listRules } from './rules.ts'
import { toTrial } from './trial.ts'

const random = createRandom('trial')
const size = 3000
const arm = Array.from({ length: size }, () => ['mail', 'none', 'call'][random.integer(3)] ?? '')
const visit = arm.map((each) => Number(random.next() < (each === 'mail' ? 0.2 : 0.1)))
const numeric = (name: string, values: readonly number[]) =>
  ({ name, kind: 'numeric', values: Float64Array.from(values) }) as const
const table: Table = {
  rowCount: size,
  columns: [
    { name: 'arm', kind: 'text', values: arm },
    numeric(
      'age',
      arm.map(() => 20 + random.integer(50)),
    ),
    { name: 'place', kind: 'text', values: arm.map(() => ['town', 'land', ''][random.integer(3)] ?? '') },
    numeric('visit', visit),
    numeric(
      'spend',
      visit.map((each) => (each && random.next() < 0.4 ? 1 + random.next() : 0)),
    ),
    numeric(
      'opened',
      arm.map((each) => Number(each === 'mail' && random.next() < 0.3)),
    ),
  ],
}
const question = { treatment: 'arm', treated: 'mail', control: 'none', outcome: 'visit', drop: [] }

test('what can only have been known after the treatment is left out and told', () => {
  const { rows, later, task, otherRowCount } = toTrial(table, question)
  expect(rows.dataset.featureNames).toEqual(['age', 'place'])
  expect(rows.categorical).toEqual(['place'])
  expect(later.map(({ name }) => name)).toEqual(['spend', 'opened'])
  expect(later[1]?.why).toContain('the arms differ')
  expect(task.kind).toBe('chance')
  expect(rows.labels.length + otherRowCount).toBe(size)
  expect(Array.from(rows.treatments).filter((each) => each === 1)).toHaveLength(
    arm.filter((each) => each === 'mail').length,
  )
})

test('columns and arms that are not there are named', () => {
  expect(() => toTrial(table, { ...question, treated: 'letter' })).toThrow("says 'letter'")
  expect(() => toTrial(table, { ...question, outcome: 'click' })).toThrow("no column 'click'")
  expect(() => toTrial(table, { ...question, outcome: 'place' })).toThrow('number or yes and no')
})

test('rules order by one column, either way, and by one text; missing values come last', () => {
  const dataset = {
    featureNames: ['age', 'place'],
    rowIds: ['a', 'b', 'c'],
    values: Float64Array.of(3, 0, Number.NaN, 1, 5, Number.NaN),
  }
  const rules = listRules(dataset, ['place'])
  expect(rules.map(({ name }) => name)).toEqual([
    'more age first',
    'less age first',
    'place no. 0 first',
    'place no. 0 last',
    'place no. 1 first',
    'place no. 1 last',
  ])
  const answers = rules.map((rule) => [...answerOfRule(rule, dataset)])
  expect(answers[1]).toEqual([-3, Number.NEGATIVE_INFINITY, -5])
  expect(answers[2]).toEqual([1, 0, 0])
})
