import { itemAt, type Matrix } from '../math/matrix.ts'
import type { InterestGroupsModel } from './interest-groups.ts'
import { applyScaler, type Scaler } from './prepare/scaler.ts'

type Centred = Pick<InterestGroupsModel, 'scaler' | 'centres'>

/** The centres of two trainings over the columns that both know, in deviations of the later one. */
export function alignCentres(
  now: Centred,
  before: Centred,
): { readonly now: Matrix; readonly before: Matrix } {
  const shared = now.scaler.featureNames.filter((name) => before.scaler.featureNames.includes(name))
  const earlier = inOwnUnits(before)
  const width = now.scaler.featureNames.length
  const values = Float64Array.from({ length: earlier.rowCount * width }, (_, index) => {
    const column = before.scaler.featureNames.indexOf(now.scaler.featureNames[index % width] ?? '')
    return column === -1
      ? Number.NaN
      : itemAt(earlier.values, Math.floor(index / width) * earlier.columnCount + column)
  })
  const rowIds = Array.from({ length: earlier.rowCount }, (_, group) => String(group))
  const scaled = applyScaler(
    { ...now.scaler, missing: [] },
    { featureNames: now.scaler.featureNames, rowIds, values },
  )
  const places = shared.map((name) => now.scaler.featureNames.indexOf(name))
  return {
    now: pick(
      { rowCount: now.centres.length / width, columnCount: width, values: Float64Array.from(now.centres) },
      places,
    ),
    before: pick({ rowCount: earlier.rowCount, columnCount: width, values: scaled.values }, places),
  }
}

/** Centres as the features are told: scaling and logarithm undone. */
function inOwnUnits({ scaler, centres }: Centred): Matrix {
  const width = scaler.featureNames.length
  const values = Float64Array.from(centres, (value, index) => undoScale(scaler, index % width, value))
  return { rowCount: centres.length / width, columnCount: width, values }
}

function undoScale({ columns }: Scaler, column: number, value: number): number {
  const { mean, deviation, isLogged } = columns[column] ?? { mean: 0, deviation: 0, isLogged: false }
  const scaled = value * deviation + mean
  return isLogged ? Math.sign(scaled) * Math.expm1(Math.abs(scaled)) : scaled
}

function pick({ rowCount, columnCount, values }: Matrix, columns: readonly number[]): Matrix {
  const picked = Float64Array.from({ length: rowCount * columns.length }, (_, index) =>
    itemAt(
      values,
      Math.floor(index / columns.length) * columnCount + itemAt(columns, index % columns.length),
    ),
  )
  return { rowCount, columnCount: columns.length, values: picked }
}
