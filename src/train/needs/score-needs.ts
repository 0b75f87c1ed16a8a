import type { Bilingual } from '../../core/language.ts'
import type { PairTable } from '../../features/pair-rows.ts'
import type { PairTarget } from '../../features/pair-targets.ts'
import { elementAt } from '../../math/matrix.ts'
import type { Contribution } from '../../models/linear-reasons.ts'
import type { Need, NeedReason, PersonNeeds } from '../../profiles/needs.ts'
import { toReasons } from '../reasons.ts'
import { columnOf } from '../row-source.ts'
import { explainQuickly, type OpenNeeds, type PredictedNeeds, predictNeeds } from './fit-needs.ts'
import { pickRows } from './labelled-pairs.ts'
import { predictNextDays } from './next-purchase.ts'

/** A profile shows so many needs: some categories and, by far more of them, items. */
const groupNeeds = 4
const itemNeeds = 6
const reasonDigits = 6

export type NeedNaming = {
  /** What a group of items is. */
  readonly groupKind: 'category' | 'topic'
  nameOf(target: PairTarget): Bilingual
}

export type ScoreNeedsOptions = NeedNaming & { readonly version: string; readonly asOfMs: number }

/** What everybody of a table needs, and what all of them together. */
export type ScoredNeeds = {
  readonly people: readonly PersonNeeds[]
  /** Expected units and buyers of each target, summed over the shoppers who were asked about it. */
  readonly totals: ReadonlyMap<PairTarget, { readonly units: number; readonly buyers: number }>
}

/** The 4 likeliest categories and 6 likeliest items of each shopper, with reasons. */
export async function scoreNeeds(
  fitted: OpenNeeds,
  table: PairTable,
  options: ScoreNeedsOptions,
): Promise<ScoredNeeds> {
  const predicted = await predictNeeds(fitted, table)
  const chosen = chooseRows(table, predicted.probability)
  const reasons = await explainQuickly(fitted, pickRows(table.dataset, chosen.flat()))
  const { horizonDays } = fitted.model
  const people = tellNeeds({ table, predicted, chosen, reasons }, { ...options, horizonDays })
  return { people, totals: sumTargets(table, predicted) }
}

/**
 * What each shopper needs if all goes on at the own pace so far: units and purchases per day since the first order, and the next
 * when the usual time is over. Only what was bought before.
 */
export function ruleNeeds(
  table: PairTable,
  options: ScoreNeedsOptions & { readonly horizonDays: number },
): readonly PersonNeeds[] {
  const { horizonDays } = options
  const orders = columnOf(table.dataset, 'pair_order_count')
  const ages = columnOf(table.dataset, 'first_order_days')
  const probability = orders.map(
    (count, row) => 1 - Math.exp((-count / Math.max(1, elementAt(ages, row))) * horizonDays),
  )
  const unknown = probability.map(() => Number.NaN)
  const { gapDays, recencyDays } = table
  const days = predictNextDays(
    { kind: 'next_purchase', formatVersion: 1, by: 'gaps', leastShare: 1, horizonDays },
    { gapDays, recencyDays, probability },
  )
  const predicted = { probability, units: table.pacedUnits, low: unknown, high: unknown, days }
  const chosen = chooseRows(table, probability).map((rows) =>
    rows.filter((row) => elementAt(orders, row) > 0),
  )
  const reasons = chosen.flat().map(() => [{ feature: 'pair_order_count', contribution: 1 }])
  return tellNeeds({ table, predicted, chosen, reasons }, options)
}

type Told = {
  readonly table: PairTable
  readonly predicted: PredictedNeeds
  /** By shopper the rows that are told, likeliest first, and the reasons of all of them one after the other. */
  readonly chosen: readonly (readonly number[])[]
  readonly reasons: readonly (readonly Contribution[])[]
}

function tellNeeds(
  { table, predicted, chosen, reasons }: Told,
  options: ScoreNeedsOptions & { readonly horizonDays: number },
): PersonNeeds[] {
  const { version, horizonDays, asOfMs } = options
  const { featureNames, values } = table.dataset
  let place = 0
  const tell = (row: number): Need => {
    const figureOf = (feature: string) =>
      elementAt(values, row * featureNames.length + featureNames.indexOf(feature))
    return {
      ...naming(table.targets[table.targetOf[row] ?? 0], options),
      probability: elementAt(predicted.probability, row),
      units: elementAt(predicted.units, row),
      ...boundsOf(predicted, row),
      days: elementAt(predicted.days, row),
      reasons: toReasons(reasons[place++] ?? []).map(({ feature, share }) =>
        withValue(feature, share, figureOf(feature)),
      ),
    }
  }
  return chosen.map((rows, person) => ({
    ...{ profileId: table.profileIds[person] ?? '', version, horizonDays, asOfMs },
    needs: rows.map(tell),
  }))
}

/** Rows of a person lie next to each other; of each kind the likeliest, then both by probability. */
function chooseRows(
  { profileIds, personOf, targets, targetOf }: PairTable,
  probability: Float64Array,
): number[][] {
  const rowsOf: number[][] = profileIds.map(() => [])
  for (const [row, person] of personOf.entries()) rowsOf[person]?.push(row)
  const byProbability = (a: number, b: number) =>
    elementAt(probability, b) - elementAt(probability, a) || a - b
  return rowsOf.map((rows) => {
    const sorted = rows.toSorted(byProbability)
    const of = (isGroup: boolean) => sorted.filter((row) => targets[targetOf[row] ?? 0]?.isGroup === isGroup)
    return [...of(true).slice(0, groupNeeds), ...of(false).slice(0, itemNeeds)].sort(byProbability)
  })
}

function naming(target: PairTarget | undefined, { groupKind, nameOf }: NeedNaming) {
  if (target === undefined) throw new Error('a row is about nothing')
  return {
    kind: target.isGroup ? groupKind : ('item' as const),
    target: target.id,
    name: nameOf(target),
  }
}

function boundsOf({ low, high }: { readonly low: Float64Array; readonly high: Float64Array }, row: number) {
  const [least, most] = [elementAt(low, row), elementAt(high, row)]
  return Number.isFinite(least) && Number.isFinite(most) ? { low: least, high: most } : {}
}

function withValue(feature: string, share: number, value: number): NeedReason {
  const rounded = { feature, share: round(share) }
  return Number.isFinite(value) ? { ...rounded, value: round(value) } : rounded
}

function round(value: number): number {
  return Number(value.toPrecision(reasonDigits))
}

function sumTargets(table: PairTable, { units, probability }: PredictedNeeds) {
  const totals = new Map<PairTarget, { units: number; buyers: number }>()
  for (const [row, place] of table.targetOf.entries()) {
    const target = table.targets[place]
    if (target === undefined) continue
    const own = totals.get(target) ?? { units: 0, buyers: 0 }
    totals.set(target, own)
    own.units += elementAt(units, row)
    own.buyers += elementAt(probability, row)
  }
  return totals
}
