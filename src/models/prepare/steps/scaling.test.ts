import { expect, test } from 'vitest'
import { prepareColumns } from '../testing/prepare-columns.ts'

const near = (values: readonly (number | string)[] | undefined, expected: readonly number[]) => {
  expect(values?.length).toBe(expected.length)
  for (const [row, value] of expected.entries()) expect(values?.[row]).toBeCloseTo(value, 9)
}
const amounts = [0, 0, 0, 0, 1, 2, 2, 3, 7, 50]

test('standard: mean 0 and deviation 1', () => {
  const { trained, lines } = prepareColumns({ kind: 'scale', method: 'standard' }, { a: [1, 2, 3, 4, 5] })
  near(trained.a, [-Math.SQRT2, -Math.SQRT1_2, 0, Math.SQRT1_2, Math.SQRT2])
  expect(lines[0]?.en).toBe("'a': less 3, divided by 1.41")
})

// scikit-learn 1.9.1, RobustScaler: centre 1.5, scale 2.75.
test('robust: the median becomes 0 and the middle half is 1 wide', () => {
  const { trained } = prepareColumns({ kind: 'scale', method: 'robust' }, { a: amounts })
  near(
    trained.a,
    amounts.map((value) => (value - 1.5) / 2.75),
  )
})

test('robust: where more than half of the rows are one value, the deviation is divided by', () => {
  const { trained } = prepareColumns({ kind: 'scale', method: 'robust' }, { a: [0, 0, 0, 0, 0, 0, 0, 10] })
  near(trained.a, [0, 0, 0, 0, 0, 0, 0, 10 / Math.sqrt(100 / 8 - (10 / 8) ** 2)])
})

// scikit-learn 1.9.1, QuantileTransformer(n_quantiles=10) and (n_quantiles=4), of these values.
test('quantile: the share of training rows below, as scikit-learn has it', () => {
  const { trained, apply } = prepareColumns(
    { kind: 'scale', method: 'quantile', quantileCount: 10 },
    { a: amounts },
  )
  near(trained.a, [0, 0, 0, 0, 4 / 9, 5.5 / 9, 5.5 / 9, 7 / 9, 8 / 9, 1])
  near(apply({ a: [1.5, -1, 60, 5] }).a, [0.5, 0, 1, 5 / 6])
  const coarse = prepareColumns({ kind: 'scale', method: 'quantile', quantileCount: 4 }, { a: amounts })
  near(coarse.trained.a, [0, 0, 0, 0, 0.5, 2 / 3, 2 / 3, 0.6736111111111112, 0.7013888888888888, 1])
})

test('quantile to normal: the deviate below which that share lies, as scikit-learn has it', () => {
  const settings = { kind: 'scale', method: 'quantile', to: 'normal', quantileCount: 10 } as const
  const { trained } = prepareColumns(settings, { a: amounts })
  const middle = [
    -0.13971029888186212, 0.28221614706250825, 0.28221614706250825, 0.7647096737863867, 1.2206403488473496,
  ]
  near(trained.a, [...Array.from({ length: 4 }, () => -5.199337582605575), ...middle, 5.19933758270342])
})

test('a column that does not vary becomes 0, whatever comes later, and missing stays missing', () => {
  for (const method of ['standard', 'robust'] as const) {
    const { trained, apply } = prepareColumns({ kind: 'scale', method }, { a: [0.1, 0.1, 0.1] })
    expect(trained.a).toEqual([0, 0, 0])
    expect(apply({ a: [5, Number.NaN] }).a).toEqual([0, Number.NaN])
  }
})
