import type { Bilingual } from '../../core/language.ts'
import type { PairTable } from '../../features/pair-rows.ts'
import type { PairTarget } from '../../features/pair-targets.ts'
import { elementAt } from '../../math/matrix.ts'
import type { Need, NeedReason, PersonNeeds } from '../../profiles/needs.ts'
import { toReasons } from '../reasons.ts'
import { explainQuickly, type OpenNeeds, type PredictedNeeds, predictNeeds } from './fit-needs.ts'
import { pickRows } from './labelled-pairs.ts'

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
  const { model } = fitted
  const predicted = await predictNeeds(fitted, table)
  const chosen = chooseRows(table, predicted.probability)
  const dataset = pickRows(table.dataset, chosen.flat())
  const reasons = await explainQuickly(fitted, dataset)
  let place = 0
  const people = chosen.map(
    (rows, person): PersonNeeds => ({
      profileId: table.profileIds[person] ?? '',
      version: options.version,
      horizonDays: model.horizonDays,
      asOfMs: options.asOfMs,
      needs: rows.map((row): Need => {
        const target = table.targets[table.targetOf[row] ?? 0]
        const own = reasons[place] ?? []
        const start = place++ * dataset.featureNames.length
        const figureOf = (feature: string) =>
          elementAt(dataset.values, start + dataset.featureNames.indexOf(feature))
        return {
          ...naming(target, options),
          probability: elementAt(predicted.probability, row),
          units: elementAt(predicted.units, row),
          ...boundsOf(predicted, row),
          days: elementAt(predicted.days, row),
          reasons: toReasons(own).map(({ feature, share }) => withValue(feature, share, figureOf(feature))),
        }
      }),
    }),
  )
  return { people, totals: sumTargets(table, predicted) }
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
