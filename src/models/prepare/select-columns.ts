import type { Dataset } from '../../core/dataset.ts'
import { AppError } from '../../core/errors.ts'
import { elementAt } from '../../math/matrix.ts'
import type { Random } from '../../math/random.ts'
import { pickColumns } from './choose-columns.ts'
import { type CorrelationMethod, selectByCorrelation } from './selection/by-correlation.ts'
import { type InformationMethod, selectByInformation } from './selection/by-information.ts'
import { type LassoMethod, selectByLasso } from './selection/by-lasso.ts'
import { selectByVariance, type VarianceMethod } from './selection/by-variance.ts'
import type { ColumnSelection } from './selection.ts'

/** A way of choosing columns. All but variance look at the target; correlation can do without. */
export type SelectionMethod = VarianceMethod | CorrelationMethod | InformationMethod | LassoMethod

/**
 * Chooses columns of training rows in one way. Rows whose target is not known take no part where the target is looked at.
 * @throws AppError 'bad_input' where a target is needed and absent or a setting does not fit, 'too_little_data' where the target
 * does not vary.
 */
export function selectColumns(
  dataset: Dataset,
  target: Float64Array | undefined,
  method: SelectionMethod,
  random: Random,
): ColumnSelection {
  checkMethod(method)
  const clean = {
    ...dataset,
    values: dataset.values.map((value) => (Number.isFinite(value) ? value : Number.NaN)),
  }
  if (method.by === 'variance') return selectByVariance(clean, method)
  if (method.by === 'correlation' && target === undefined)
    return selectByCorrelation(clean, undefined, method)
  const known = keepKnown(clean, target)
  switch (method.by) {
    case 'correlation':
      return selectByCorrelation(known.dataset, known.target, method)
    case 'information':
      return selectByInformation(known.dataset, known.target, method, random)
    case 'lasso':
      return selectByLasso(known.dataset, known.target, method, random)
    default:
      return method satisfies never
  }
}

/** One way of choosing after another, each among what the ways before it kept. */
export type SelectionStage = ColumnSelection & { readonly by: SelectionMethod['by'] }

/** A stage at a time, so that a caller can do other work between them. Errors as `selectColumns`. */
export function* selectInTurn(
  dataset: Dataset,
  target: Float64Array | undefined,
  methods: readonly SelectionMethod[],
  random: Random,
): Generator<SelectionStage, void> {
  let current = dataset
  for (const method of methods) {
    const selection = selectColumns(current, target, method, random.fork(method.by))
    current = pickNamed(current, selection.kept)
    yield { by: method.by, ...selection }
  }
}

function pickNamed(dataset: Dataset, names: readonly string[]): Dataset {
  const columns = names.map((name) => dataset.featureNames.indexOf(name))
  return { ...dataset, featureNames: names, values: pickColumns(dataset, columns) }
}

function keepKnown(
  dataset: Dataset,
  target: Float64Array | undefined,
): { dataset: Dataset; target: Float64Array } {
  if (target === undefined)
    throw new AppError('bad_input', {
      en: 'this way of choosing columns needs the target of the rows',
      zh: '这种选择列的方法需要各行的目标值',
    })
  if (target.length !== dataset.rowIds.length)
    throw new AppError(
      'bad_input',
      { en: 'the target is not as long as the table', zh: '目标值的长度与表不符' },
      { expected: `${dataset.rowIds.length}`, received: `${target.length}` },
    )
  const rows = [...target.keys()].filter((row) => Number.isFinite(target[row]))
  const known = Float64Array.from(rows, (row) => elementAt(target, row))
  if (known.every((value) => value === known[0]))
    throw new AppError('too_little_data', {
      en: `all ${known.length} known targets are the same: nothing tells them apart`,
      zh: `全部 ${known.length} 个已知目标值相同：无从区分`,
    })
  if (rows.length === target.length) return { dataset, target: known }
  const width = dataset.featureNames.length
  const values = new Float64Array(rows.length * width)
  for (const [place, row] of rows.entries())
    values.set(dataset.values.subarray(row * width, (row + 1) * width), place * width)
  return {
    dataset: { ...dataset, rowIds: rows.map((row) => dataset.rowIds[row] ?? ''), values },
    target: known,
  }
}

function checkMethod(method: SelectionMethod): void {
  const settings: readonly (readonly [string, number | undefined, number, number])[] = [
    ['leastVariance', method.by === 'variance' ? method.leastVariance : undefined, 0, Number.MAX_VALUE],
    ['most', method.by === 'correlation' ? method.most : undefined, 0, 1],
    ['falseShare', method.by === 'information' ? method.falseShare : undefined, 1e-6, 1],
    ['shuffleCount', method.by === 'information' ? method.shuffleCount : undefined, 1, 1e7],
    ['foldCount', method.by === 'lasso' ? method.foldCount : undefined, 2, 255],
  ]
  for (const [name, value, low, high] of settings)
    if (value !== undefined && !(value >= low && value <= high))
      throw new AppError(
        'bad_input',
        { en: 'a setting of a selection does not fit', zh: '选择列的设置不符合要求' },
        { where: `${method.by}.${name}`, expected: `${low} … ${high}`, received: String(value) },
      )
}
