import type { EventKind, LineType } from '../core/event.ts'
import type { Bilingual } from '../core/language.ts'

/**
 * Which lines a feature reads. `order` folds the lines of one order and kind into one record: its time is that of its
 * first line, its quantity and amount are sums; only product lines count in an order.
 */
export type Selection =
  | {
      readonly per: 'line'
      /** Undefined: every kind. */
      readonly kinds?: readonly EventKind[]
      /** Undefined: every type of line. */
      readonly lineTypes?: readonly LineType[]
    }
  | { readonly per: 'order'; readonly kinds: readonly ('purchase' | 'refund')[] }

/**
 * `all` is the whole history up to the cut. Days are whole days of the shop's time zone that end at the last midnight
 * before the cut, plus the current day; `untilDaysAgo` ends them that many days earlier (and leaves the current day out).
 */
export type Window = 'all' | { readonly days: number; readonly untilDaysAgo?: number }

/** A number that a line or an order carries. `clipped…` are cut at the fitted limits, for models only. */
export type Measure =
  | 'quantity'
  | 'amount'
  | 'price'
  | 'clipped_quantity'
  | 'clipped_amount'
  | 'clipped_price'
  | 'dwell_seconds'
  | 'rating'
  | 'uses_coupon'

/**
 * What a line can be told apart by. A category is the broadest of the item's; a topic is the heaviest tag of the item;
 * a visit is a session, or a day where the source knows no sessions.
 */
export type Dimension = 'item' | 'category' | 'brand' | 'visit' | 'day'

/** Categories of time and price that are known before any event: their shares always have the same keys. */
export type Scale = 'weekday' | 'day_part' | 'price_band'

/** How lines become a value: closed, so that SQL and a live fold implement the same list. */
export type Aggregate =
  /** How many lines or orders; 0 when there is none. */
  | { readonly kind: 'count' }
  /** 0 when there is none. */
  | { readonly kind: 'sum'; readonly of: Measure }
  /** Missing when there is none; ratings and dwell times of 0 are not given and do not count. */
  | { readonly kind: 'mean'; readonly of: Measure }
  /** Standard deviation (divided by n − 1); missing below two. */
  | { readonly kind: 'spread'; readonly of: Measure }
  /** How many different ones; an empty id counts for nothing. */
  | { readonly kind: 'distinct'; readonly of: Dimension }
  /** Calendar days of the shop from the first or the last one to the cut; missing when there is none. */
  | { readonly kind: 'age'; readonly of: 'first' | 'last' }
  /** Days between successive days with at least one; the deviation divides by n − 1. Missing without (two) gaps. */
  | { readonly kind: 'gaps'; readonly statistic: 'mean' | 'deviation' }
  /** Each one weighs 2^(−age / half-life), its age measured exactly; 0 when there is none. */
  | { readonly kind: 'decay'; readonly of?: Measure; readonly halfLifeDays: number }
  /** The value of the first or last line that has one. */
  | { readonly kind: 'first' | 'last'; readonly of: 'country' }
  /** The most frequent one; among equals the lesser text (of an item) or the one that sells more (category, brand). */
  | { readonly kind: 'top'; readonly of: 'item' | 'category' | 'brand' }
  /** The most frequent few with their shares of all lines. */
  | { readonly kind: 'affinity'; readonly of: 'item'; readonly limit: number }
  /** The share of each key of a fitted vocabulary (or of the topics) in lines that have one; missing without any. */
  | { readonly kind: 'share'; readonly of: 'category' | 'brand' | 'topic' }
  /** The share of each key of a fixed scale; missing when there is none. */
  | { readonly kind: 'scale_share'; readonly of: Scale }

/** A value computed from other features of the same person. */
type Formula =
  /** Missing when a part is missing or the denominator is 0. */
  | { readonly kind: 'ratio'; readonly of: string; readonly to: string; readonly atMost?: number }
  /** (recent − earlier) / (recent + earlier), in −1..1; missing when both are 0. */
  | { readonly kind: 'trend'; readonly recent: string; readonly earlier: string }
  /** 1 (lowest) … 5 (highest): the fifth of customers that the value falls in, by edges fitted as of the cut. */
  | { readonly kind: 'tier'; readonly of: string }

export type FeatureUnit =
  | 'count'
  | 'days'
  | 'currency'
  | 'units'
  | 'seconds'
  | 'share'
  | 'ratio'
  | 'score'
  | 'tier'
  | 'name'

/** What the feature may be used for: a person's consent names these. */
export type FeaturePurpose = 'analytics' | 'personalisation'

type FeatureDescription = {
  /** snake_case; part of what is stored, so never changed. */
  readonly name: string
  readonly meaning: Bilingual
  readonly unit: FeatureUnit
  readonly purpose: FeaturePurpose
  /** Exact values are shown to people; `model` values have outliers cut and are for models; undefined: both. */
  readonly audience?: 'people' | 'models'
}

export type ObservedFeature = FeatureDescription & {
  readonly source: 'events'
  readonly reads: Selection
  readonly window: Window
  readonly aggregate: Aggregate
}
export type DerivedFeature = FeatureDescription & { readonly source: 'features'; readonly formula: Formula }

/** One feature, defined once: SQL, the live fold, lineage and documentation all come from this. */
export type FeatureDefinition = ObservedFeature | DerivedFeature

/** A number, a text, or one share for each key of a closed list (columns `name/key`), or of the heaviest few. */
export type FeatureValueKind = 'number' | 'label' | 'shares' | 'affinities'

export function valueKindOf(definition: FeatureDefinition): FeatureValueKind {
  if (definition.source === 'features') return 'number'
  switch (definition.aggregate.kind) {
    case 'first':
    case 'last':
    case 'top':
      return 'label'
    case 'share':
    case 'scale_share':
      return 'shares'
    case 'affinity':
      return 'affinities'
    default:
      return 'number'
  }
}
