import type { Measure, ObservedFeature, Selection, VisitMeasure } from './feature.ts'

const visitMeasures: readonly Measure[] = [
  'visit_seconds',
  'visit_events',
  'visit_bounced',
  'visit_carted',
  'visit_ordered',
  'visit_abandoned',
]

export function isVisitMeasure(measure: Measure): measure is VisitMeasure {
  return visitMeasures.includes(measure)
}

/** Whether only lines of purchases and refunds are read, which are kept as they are: there are few of them. */
export function isTrade(reads: Selection): boolean {
  if (reads.per === 'visit') return false
  return reads.kinds?.every((kind) => kind === 'purchase' || kind === 'refund') ?? false
}

/** Whether what a model said of the words of a line takes part. */
export function readsText({ aggregate }: ObservedFeature): boolean {
  return 'of' in aggregate && (aggregate.of === 'sentiment' || aggregate.of === 'text_topic')
}
