import type { FeatureDefinition, Scale } from './feature.ts'
import { type FittedConstants, shareKeyLimit } from './fitted-constants.ts'

const scaleKeys: Readonly<Record<Scale, readonly string[]>> = {
  weekday: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
  hour: Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')),
  day_part: ['night', 'morning', 'afternoon', 'evening'],
  price_band: ['1', '2', '3', '4', '5'],
}

/** The keys of a feature's shares; empty for a feature of another kind. */
export function shareKeysOf(
  definition: FeatureDefinition,
  constants: Pick<FittedConstants, 'categories' | 'brands' | 'topics'>,
): readonly string[] {
  if (definition.source !== 'events') return []
  const { aggregate } = definition
  if (aggregate.kind === 'scale_share') return scaleKeys[aggregate.of]
  if (aggregate.kind !== 'share') return []
  const { categories, brands, topics } = constants
  const keys = { category: categories, brand: brands, topic: topics, text_topic: topics }[aggregate.of]
  return keys === topics ? keys : keys.slice(0, shareKeyLimit)
}

/** The column of one key of a shares feature. */
export function shareColumn(name: string, key: string): string {
  return `${name}/${key}`
}
