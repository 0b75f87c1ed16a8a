import type { FeatureDefinition } from './feature.ts'

/** What stands for a feature of somebody without any history; undefined where it is missing. */
export function defaultValueOf(definition: FeatureDefinition): number | undefined {
  if (definition.defaultValue !== undefined) return definition.defaultValue
  if (definition.source !== 'events') return undefined
  const { kind } = definition.aggregate
  return kind === 'count' || kind === 'sum' || kind === 'decay' || kind === 'distinct' ? 0 : undefined
}
