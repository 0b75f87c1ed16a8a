import type { PairHistory } from './pair-history.ts'
import { dayMs } from './pair-reading.ts'
import type { PairThings } from './pair-things.ts'

/** What a person bought of one thing within the horizon and kept. */
export type KeptPurchase = {
  readonly units: number
  /** Days from the cut to the first purchase. */
  readonly firstDays: number
}

/**
 * What a person bought of each item and group in (cut, cut + horizon], in days of 24 hours, and did not take back by its end. The
 * cut lies `back` horizons, at least one, before the end of the history.
 */
export function readLabels(
  { purchases, refunds }: PairHistory,
  person: number,
  {
    things,
    horizonDays,
    back,
  }: { readonly things: PairThings; readonly horizonDays: number; readonly back: number },
): ReadonlyMap<number, KeptPurchase> {
  const cutAgeMs = back * horizonDays * dayMs
  const untilAgeMs = cutAgeMs - horizonDays * dayMs
  const isInside = (ageMs: number) => ageMs < cutAgeMs && ageMs >= untilAgeMs
  const kept = new Map<number, KeptPurchase>()
  for (let line = purchases.starts[person] ?? 0; line < (purchases.starts[person + 1] ?? 0); line++) {
    const ageMs = purchases.agesMs[line] ?? 0
    if (!isInside(ageMs)) continue
    const thing = purchases.things[line] ?? 0
    // The oldest come first.
    const { units, firstDays } = kept.get(thing) ?? { units: 0, firstDays: (cutAgeMs - ageMs) / dayMs }
    kept.set(thing, { units: units + (purchases.units[line] ?? 0), firstDays })
  }
  for (let line = refunds.starts[person] ?? 0; line < (refunds.starts[person + 1] ?? 0); line++) {
    const thing = refunds.things[line] ?? 0
    const own = kept.get(thing)
    const [takenMs, boughtMs] = [refunds.agesMs[line] ?? 0, refunds.rest[line] ?? -1]
    if (own === undefined || !isInside(takenMs) || !isInside(boughtMs)) continue
    kept.set(thing, { ...own, units: own.units - (refunds.units[line] ?? 0) })
  }
  return withGroups(kept, things)
}

function withGroups(
  items: ReadonlyMap<number, KeptPurchase>,
  things: PairThings,
): ReadonlyMap<number, KeptPurchase> {
  const kept = new Map<number, KeptPurchase>()
  for (const [thing, { units, firstDays }] of items) {
    if (!(units > 0)) continue
    kept.set(thing, { units, firstDays })
    const group = things.groupOf[thing] ?? -1
    if (group < 0) continue
    const all = kept.get(group)
    kept.set(group, {
      units: units + (all?.units ?? 0),
      firstDays: Math.min(firstDays, all?.firstDays ?? firstDays),
    })
  }
  return kept
}
