import type { Database } from '../database/database.ts'
import { computeFeatures } from './compute-features.ts'
import type { FeatureDefinition } from './feature.ts'
import type { FittedConstants } from './fitted-constants.ts'
import type { StatedBands } from './pair-rows.ts'
import { readBandStart } from './stated-band.ts'

const described = { source: 'traits', purpose: 'personalisation', meaning: { en: '', zh: '' } } as const
/** Ages and incomes as they are stated, bands included. */
const definitions: readonly FeatureDefinition[] = [
  {
    ...described,
    name: 'stated_age_years',
    unit: 'years',
    traits: ['birthday', 'birth_date', 'date_of_birth', 'birth_year', 'age'],
    read: 'years',
  },
  {
    ...described,
    name: 'stated_age_band',
    unit: 'name',
    traits: ['age', 'age_band', 'age_group'],
    read: 'label',
  },
  {
    ...described,
    name: 'stated_income_band',
    unit: 'name',
    traits: ['income', 'income_band', 'household_income'],
    read: 'label',
  },
]

/** Stated facts read nothing of all customers and items. */
const noConstants: FittedConstants = {
  quantityLimit: Number.MAX_VALUE,
  priceLimit: Number.MAX_VALUE,
  priceBandEdges: [],
  tierEdges: {},
  categories: [],
  brands: [],
  topics: [],
}

/** What people had stated of their age and income by the cut, row by row. */
export async function loadStatedBands(
  database: Database,
  options: {
    readonly profileIds: readonly string[]
    readonly cutMs: number
    readonly timeZone: string
    readonly signal?: AbortSignal | undefined
  },
): Promise<StatedBands> {
  const { profileIds, cutMs, timeZone, signal } = options
  const table = await computeFeatures(database, {
    asOfMs: cutMs,
    timeZone,
    definitions,
    constants: noConstants,
    ...(signal && { signal }),
  })
  const rowOf = new Map(table.profileIds.map((id, row) => [id, row]))
  const rows = profileIds.map((id) => rowOf.get(id))
  const label = (name: string, row: number | undefined) =>
    readBandStart((row === undefined ? '' : table.labels[name]?.[row]) ?? '')
  return {
    age: Float64Array.from(rows, (row) => {
      const years = row === undefined ? Number.NaN : (table.numbers.values[row] ?? Number.NaN)
      return Number.isNaN(years) ? label('stated_age_band', row) : years
    }),
    income: Float64Array.from(rows, (row) => label('stated_income_band', row)),
  }
}
