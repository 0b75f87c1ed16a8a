import type { Aggregate, ContentDimension } from '../feature.ts'
import { type Composer, stateColumn } from './composer.ts'
import { decayWeight, scalePlace } from './fragments.ts'
import type { Observation } from './observation.ts'

type Affinity = Extract<Aggregate, { kind: 'affinity' }>

/** Shares are ranked to a millionth, so that sums of the same weights in another order rank alike. */
const rankSteps = 1_000_000

/** The heaviest few keys with their shares, as an array of (key, share). */
export function composeAffinity(observation: Observation, aggregate: Affinity): string {
  const { composer } = observation
  const pairs = weighKeys(observation, aggregate)
  const total = `arraySum(pair -> pair.2, ${pairs})`
  // Least first: what is heavier has the smaller first part, and among equals the key decides.
  const ranked = `arrayMap(pair -> (-floor(pair.2 / ${total} * ${rankSteps} + 0.5), pair.1, pair.2 / ${total}), ${pairs})`
  const heaviest = `arraySlice(arrayPartialSort(${aggregate.limit}, ${ranked}), 1, ${aggregate.limit})`
  return `arrayMap(entry -> (${nameOf(composer, aggregate.of, 'entry.2')}, entry.3), ${heaviest})`
}

/** (key, weight) of every key: an item's id, a place in a vocabulary, or a price band. */
function weighKeys(observation: Observation, { of, halfLifeDays }: Affinity): string {
  const { composer, condition, time, state } = observation
  const weight = halfLifeDays === undefined ? 'toFloat64(1)' : decayWeight(composer, time, halfLifeDays)
  if (of === 'item') {
    const sum = pairState(composer, condition, weight)
    return state(`groupArrayIf((item_id, ${sum}), ${sum} > 0)`)
  }
  const key = of === 'price_band' ? `toUInt16(${scalePlace(composer, of, time)})` : `${of}_position`
  if (of !== 'price_band') composer.contentConditions.add(condition)
  const sums = state(`sumMapIf([${key}], [${weight}], ${condition} AND ${key} > 0)`)
  return `arrayZip(${sums}.1, ${sums}.2)`
}

function nameOf({ bind, constants }: Composer, of: Affinity['of'], key: string): string {
  if (of === 'item') return key
  if (of === 'price_band') return `toString(${key})`
  const names = { category: constants.categories, brand: constants.brands, topic: constants.topics }[of]
  return `arrayElement(${bind(names, 'Array(String)')}, ${key})`
}

/** The column of the pairs of profile and item that counts the lines of a condition, or sums their weights. */
export function pairState(composer: Composer, condition: string, weight?: string): string {
  composer.pairConditions.add(condition)
  const sql = weight === undefined ? `countIf(${condition})` : `sumIf(${weight}, ${condition})`
  return stateColumn(composer.pairStates, 'pair', sql)
}

/** The most frequent items as (−count, item), among equals the lesser id first. */
export function heaviestItems(composer: Composer, condition: string, limit: number): string {
  const count = pairState(composer, condition)
  const pairs = `groupArrayIf((-toInt64(${count}), item_id), ${count} > 0)`
  const column = stateColumn(composer.states.item, 'item', pairs)
  return `arraySlice(arrayPartialSort(${limit}, ${column}), 1, ${limit})`
}

/** The positions in the vocabulary of each line that has one. */
export function contentPositions(composer: Composer, condition: string, of: ContentDimension): string {
  composer.contentConditions.add(condition)
  const sql = `groupArrayIf(${of}_position, ${condition} AND ${of}_position > 0)`
  return stateColumn(composer.states.content, 'content', sql)
}

/** The positions among the topics of each line whose words have one. */
export function textPositions(composer: Composer, condition: string): string {
  composer.textConditions.add(condition)
  const sql = `groupArrayIf(text_position, ${condition} AND text_position > 0)`
  return stateColumn(composer.states.text, 'text', sql)
}
