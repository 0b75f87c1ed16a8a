import type { Dataset } from '../../src/core/dataset.ts'
import { AppError } from '../../src/core/errors.ts'
import { pickRows } from '../../src/models/folded-rows.ts'
import type { Band } from './bands.ts'

/** People whose band is known, with their features. */
export type BandedPeople = {
  readonly dataset: Dataset
  /** The place of each one's band. */
  readonly bandOf: Uint8Array
  readonly counts: {
    readonly rows: number
    /** Rows without a label, or with one that no band has. */
    readonly withoutBand: number
    /** Rows of people that the history does not know. */
    readonly withoutHistory: number
    readonly people: number
  }
}

export type BandRows = {
  readonly persons: readonly string[]
  readonly labels: readonly string[]
  readonly bands: readonly Band[]
}

/**
 * Joins a table of people with their features. Columns that are the same for all of them are left out: they tell nothing.
 * @param profileOf the profile of a person's id
 * @throws AppError 'bad_usage' for a label that the file has not, a person told of twice, or a band without people.
 */
export function joinBands(
  { persons, labels, bands }: BandRows,
  dataset: Dataset,
  profileOf: ReadonlyMap<string, string>,
): BandedPeople {
  checkLabels(labels, bands)
  const rowOf = new Map(dataset.rowIds.map((id, row) => [id, row]))
  const counts = { rows: persons.length, withoutBand: 0, withoutHistory: 0 }
  const found = new Map<number, number>()
  for (const [place, person] of persons.entries()) {
    const band = bands.findIndex((each) => each.labels.includes(labels[place] ?? ''))
    const row = rowOf.get(profileOf.get(person) ?? '')
    if (band === -1) counts.withoutBand++
    else if (row === undefined) counts.withoutHistory++
    else if (found.has(row)) throw new AppError('bad_usage', `the table tells of '${person}' twice`)
    else found.set(row, band)
  }
  const rows = Uint32Array.from(found.keys()).sort()
  const bandOf = Uint8Array.from(rows, (row) => found.get(row) ?? 0)
  const empty = bands.find((_, band) => !bandOf.includes(band))
  if (empty !== undefined)
    throw new AppError('bad_usage', `nobody whom the history knows is in the band '${empty.name}'`)
  return {
    dataset: dropConstant(pickRows(dataset, rows)),
    bandOf,
    counts: { ...counts, people: rows.length },
  }
}

function checkLabels(labels: readonly string[], bands: readonly Band[]): void {
  const known = new Set(labels)
  const unknown = bands.flatMap((band) => band.labels).filter((label) => !known.has(label))
  if (unknown.length > 0)
    throw new AppError(
      'bad_usage',
      `the table has no label ${unknown.map((each) => `'${each}'`).join(', ')}`,
      {
        expected: [...known].sort().join(', '),
      },
    )
}

function dropConstant({ featureNames, rowIds, values }: Dataset): Dataset {
  const width = featureNames.length
  const varies = (column: number) =>
    rowIds.some((_, row) => !Object.is(values[row * width + column], values[column]))
  const kept = featureNames.map((_, column) => column).filter(varies)
  const picked = new Float64Array(rowIds.length * kept.length)
  for (let row = 0; row < rowIds.length; row++)
    for (const [place, column] of kept.entries())
      picked[row * kept.length + place] = values[row * width + column] ?? Number.NaN
  return { featureNames: kept.map((column) => featureNames[column] ?? ''), rowIds, values: picked }
}
