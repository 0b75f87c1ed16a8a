import type { Bilingual } from '../../core/language.ts'
import type { PairTable } from '../../features/pair-rows.ts'
import { keyOf } from '../../features/pair-targets.ts'
import { elementAt } from '../../math/matrix.ts'
import { columnOf } from '../row-source.ts'
import { isGroupRow } from './fit-needs.ts'
import type { LabelledPairs } from './labelled-pairs.ts'

/** A trivial predictor of both questions on the rows of a table. */
export type NeedsBaseline = {
  readonly name: Bilingual
  readonly probability: Float64Array
  readonly units: Float64Array
}

/** A target's average counts as if so many rows of its kind's average stood beside its own. */
const priorRows = 10

export const sameAsLastQuarter: Bilingual = { en: 'the same as last quarter', zh: '与上一季度相同' }

/**
 * What anyone could say without a model, learned from the rows that the model learned from: what was bought last quarter is
 * bought again (with the probability that such things were), everyone does what the average shopper does with it, and
 * everyone goes on at the own pace so far.
 */
export function predictBaselines(
  known: readonly LabelledPairs[],
  table: PairTable,
  horizonDays: number,
): readonly NeedsBaseline[] {
  const averages = learnAverages(known)
  const rebuy = learnRebuyRates(known)
  const orders = columnOf(table.dataset, 'pair_order_count')
  const ages = columnOf(table.dataset, 'first_order_days')
  return [
    {
      name: sameAsLastQuarter,
      probability: rowsOf(table, (row) => rebuy(table, row)),
      units: table.unitsOfLate,
    },
    {
      name: { en: 'everyone the average of it', zh: '人人取该商品的平均' },
      probability: rowsOf(table, (row) => averages(table, row).bought),
      units: rowsOf(table, (row) => averages(table, row).units),
    },
    {
      name: { en: 'as so far', zh: '按过去的速度' },
      probability: rowsOf(table, (row) => {
        const days = Math.max(1, elementAt(ages, row))
        return 1 - Math.exp((-elementAt(orders, row) / days) * horizonDays)
      }),
      units: table.pacedUnits,
    },
  ]
}

function rowsOf(table: PairTable, figure: (row: number) => number): Float64Array {
  return Float64Array.from(table.personOf, (_, row) => figure(row))
}

/** Of rows of a kind with, or without, a purchase in the last horizon the share that was bought in the next. */
function learnRebuyRates(known: readonly LabelledPairs[]): (table: PairTable, row: number) => number {
  const [counts, bought] = [new Float64Array(4), new Float64Array(4)]
  const placeOf = (table: PairTable, row: number) =>
    (isGroupRow(table, row) ? 2 : 0) + (elementAt(table.unitsOfLate, row) > 0 ? 1 : 0)
  for (const { table, outcomes } of known)
    for (const [row, label] of outcomes.hasBought.entries()) {
      const place = placeOf(table, row)
      counts[place] = elementAt(counts, place) + 1
      bought[place] = elementAt(bought, place) + label
    }
  return (table, row) => {
    const place = placeOf(table, row)
    return (elementAt(bought, place) + 0.5) / (elementAt(counts, place) + 1)
  }
}

/** `purchases`: units in multiples of what is usually bought of the thing at a time, so that kinds have an average. */
type Average = { bought: number; purchases: number; count: number }

function learnAverages(known: readonly LabelledPairs[]) {
  const byKey = new Map<string, Average>()
  const byKind = { item: { bought: 0, purchases: 0, count: 0 }, group: { bought: 0, purchases: 0, count: 0 } }
  for (const { table, outcomes } of known)
    for (const [row, bought] of outcomes.hasBought.entries()) {
      const key = keyOfRow(table, row)
      const own = byKey.get(key) ?? { bought: 0, purchases: 0, count: 0 }
      byKey.set(key, own)
      for (const each of [own, isGroupRow(table, row) ? byKind.group : byKind.item]) {
        each.bought += bought
        each.purchases += elementAt(outcomes.units, row) / usualUnits(table, row)
        each.count++
      }
    }
  return (table: PairTable, row: number): { readonly bought: number; readonly units: number } => {
    const all = isGroupRow(table, row) ? byKind.group : byKind.item
    const own = byKey.get(keyOfRow(table, row)) ?? { bought: 0, purchases: 0, count: 0 }
    const count = own.count + priorRows
    const mean = (figure: 'bought' | 'purchases') =>
      (own[figure] + (priorRows * all[figure]) / Math.max(1, all.count)) / count
    return { bought: mean('bought'), units: mean('purchases') * usualUnits(table, row) }
  }
}

function usualUnits({ targets, targetOf }: PairTable, row: number): number {
  return Math.max(1e-9, targets[targetOf[row] ?? 0]?.unitsPerPurchase ?? 1)
}

function keyOfRow({ targets, targetOf }: PairTable, row: number): string {
  const target = targets[targetOf[row] ?? 0]
  return target === undefined ? '' : keyOf(target.isGroup, target.id)
}
