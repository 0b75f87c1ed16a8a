import { compareText } from '../../core/compare-text.ts'
import type { Aggregate, ContentDimension, ObservedFeature } from '../feature.ts'
import { shareKeysOf } from '../feature-keys.ts'
import type { FeatureValue, KeyedBy, KeyShare, Sight } from './aggregate.ts'
import { type Decayed, halve } from './keeper.ts'

type KeyedAggregate = Extract<Aggregate, { kind: 'top' | 'affinity' | 'share' | 'scale_share' }>

/** Shares are ranked to a millionth, as in SQL. */
const rankSteps = 1_000_000

/** The heaviest key, the heaviest few, or the share of every key that is told apart. */
export function readKeys(
  definition: ObservedFeature,
  aggregate: KeyedAggregate,
  state: unknown,
  sight: Sight,
): FeatureValue {
  const { of } = aggregate
  switch (aggregate.kind) {
    case 'top':
      return rankKeys(weighPlaces(of, state, sight), 1, (weight) => weight)[0]?.name ?? ''
    case 'affinity': {
      const weights = weighPlaces(of, state, sight, aggregate.halfLifeDays)
      const total = totalOf(weights)
      const ranked = rankKeys(weights, aggregate.limit, (weight) =>
        Math.floor((weight / total) * rankSteps + 0.5),
      )
      return ranked.map(({ name, weight }) => ({ key: name, share: weight / total }))
    }
    case 'share':
    case 'scale_share':
      return shareOut(weighPlaces(of, state, sight), shareKeysOf(definition, sight.constants))
    default:
      return aggregate satisfies never
  }
}

/** What is weighed: a place of a vocabulary or scale, or an item by its id. */
type Weighed = { readonly place: number; readonly name: string; weight: number }

function weighPlaces(of: KeyedBy, state: unknown, sight: Sight, halfLifeDays?: number): readonly Weighed[] {
  const weighed = new Map<string | number, Weighed>()
  for (const [key, kept] of state as ReadonlyMap<string, number | Decayed>) {
    const weight =
      typeof kept === 'number' ? kept : kept[0] * halve(sight.asOfMs - kept[1], halfLifeDays ?? 1)
    const place = placeOf(of, key, sight)
    if (place === 0) continue
    const known = weighed.get(of === 'item' ? key : place)
    if (known === undefined)
      weighed.set(of === 'item' ? key : place, { place, name: nameOf(of, key, place, sight), weight })
    else known.weight += weight
  }
  return [...weighed.values()]
}

/** 1 for every item: they have no vocabulary. */
function placeOf(of: KeyedBy, key: string, { places, items }: Sight): number {
  if (of === 'item') return 1
  if (isContent(of)) return places.placeOf(of, items(key))
  return of === 'text_topic' ? places.topicPlaceOf(key) : Number(key)
}

function nameOf(of: KeyedBy, key: string, place: number, { places }: Sight): string {
  return isContent(of) ? places.nameOf(of, place) : key
}

function isContent(of: KeyedBy): of is ContentDimension {
  return of === 'category' || of === 'brand' || of === 'topic'
}

function totalOf(weights: readonly Weighed[]): number {
  return weights.reduce((sum, each) => sum + each.weight, 0)
}

/** The heaviest few; among equals the earlier place, of items the lesser id as bytes. */
function rankKeys(
  weights: readonly Weighed[],
  limit: number,
  rank: (weight: number) => number,
): readonly Weighed[] {
  const best: Ranked[] = []
  for (const entry of weights) {
    const own = { entry, rank: rank(entry.weight) }
    let place = best.length
    while (place > 0 && isBefore(own, best[place - 1])) place--
    if (place >= limit) continue
    best.splice(place, 0, own)
    if (best.length > limit) best.pop()
  }
  return best.map(({ entry }) => entry)
}

type Ranked = { readonly entry: Weighed; readonly rank: number }

function isBefore(one: Ranked, other: Ranked | undefined): boolean {
  if (other === undefined) return false
  if (one.rank !== other.rank) return one.rank > other.rank
  if (one.entry.place !== other.entry.place) return one.entry.place < other.entry.place
  return compareText(one.entry.name, other.entry.name) < 0
}

function shareOut(weights: readonly Weighed[], keys: readonly string[]): readonly KeyShare[] {
  const total = totalOf(weights)
  return weights
    .filter(({ place }) => place <= keys.length)
    .map(({ place, weight }) => ({ key: keys[place - 1] ?? '', share: weight / total }))
    .sort((a, b) => b.share - a.share)
}
