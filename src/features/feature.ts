import type { EventKind, LineType } from '../core/event.ts'
import type { Bilingual } from '../core/language.ts'

/** A text of a line that a condition may ask for. */
export type LineText = 'name' | 'source' | 'item' | 'session' | 'coupon' | 'country'
/** A number of a line that a condition may ask for. */
export type LineNumber = 'quantity' | 'price' | 'amount' | 'rating' | 'dwell_seconds'

/** What must hold of a line, from a closed list. */
export type LineCondition =
  | { readonly field: LineText; readonly is: 'given' | 'absent' }
  | { readonly field: LineText; readonly is: 'one_of' | 'none_of'; readonly values: readonly string[] }
  | { readonly field: LineNumber; readonly is: 'at_least' | 'at_most'; readonly value: number }

/**
 * Which lines a feature reads. `order` folds the lines of one order and kind into one record: its time is that of its
 * first line, its quantity and amount are sums; only product lines count in an order. `visit` folds the lines of one
 * session (of one day, where the source knows no sessions) into one record, whose time is that of its first line.
 */
export type Selection =
  | {
      readonly per: 'line'
      /** Undefined: every kind. */
      readonly kinds?: readonly EventKind[]
      /** Undefined: every type of line. */
      readonly lineTypes?: readonly LineType[]
      /** All of them must hold. */
      readonly where?: readonly LineCondition[]
    }
  | { readonly per: 'order'; readonly kinds: readonly ('purchase' | 'refund')[] }
  | { readonly per: 'visit' }

/**
 * `all` is the whole history up to the cut. Days are whole days of the shop's time zone that end at the last midnight
 * before the cut, plus the current day; `untilDaysAgo` ends them that many days earlier (and leaves the current day out).
 */
export type Window = 'all' | { readonly days: number; readonly untilDaysAgo?: number }

/**
 * A number that a line, an order or a visit carries. `clipped…` are cut at the fitted limits, for models only, and of
 * purchases and refunds only. `sentiment` is what a model says of the words of a line, −1 … 1; `visit_carted` and the
 * like are 1 where it is so, else 0: a visit was abandoned when something was put in the cart and nothing bought.
 */
export type Measure =
  | 'quantity'
  | 'amount'
  | 'price'
  | 'clipped_quantity'
  | 'clipped_amount'
  | 'clipped_price'
  | 'dwell_seconds'
  | 'rating'
  | 'sentiment'
  | 'uses_coupon'
  | VisitMeasure

export type VisitMeasure =
  | 'visit_seconds'
  | 'visit_events'
  | 'visit_bounced'
  | 'visit_carted'
  | 'visit_ordered'
  | 'visit_abandoned'

/**
 * What lines are told apart by where keys are counted. A category is the broadest of the item's, a topic the heaviest tag
 * of the item; a text topic is what a model says of the words of the line.
 */
export type ContentDimension = 'category' | 'brand' | 'topic'
export type Dimension = 'item' | 'category' | 'brand' | 'day'

/** Categories of time and price that are known before any event: their shares always have the same keys. */
export type Scale = 'weekday' | 'hour' | 'day_part' | 'price_band'

/** How lines become a value: closed, so that SQL and a live fold implement the same list. */
export type Aggregate =
  /** How many lines or orders; 0 when there is none. */
  | { readonly kind: 'count' }
  /** 0 when there is none. */
  | { readonly kind: 'sum'; readonly of: Measure }
  /** Missing when there is none; ratings and dwell times of 0 are not given and do not count. */
  | { readonly kind: 'mean'; readonly of: Measure }
  /** The least or the greatest; missing when there is none. */
  | { readonly kind: 'min' | 'max'; readonly of: Measure }
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
  /** The value of the first or last line that has one; of one moment, any of them, always the same. */
  | { readonly kind: 'first' | 'last'; readonly of: 'country' | 'source' }
  /** The most frequent one; among equals the lesser text (of an item) or the one that sells more (category, brand). */
  | { readonly kind: 'top'; readonly of: 'item' | 'category' | 'brand' }
  /**
   * The heaviest few with their shares of all lines that have a key; with a half-life each line weighs 2^(−age / half-life).
   * Price bands are of purchases and refunds only.
   */
  | {
      readonly kind: 'affinity'
      readonly of: 'item' | ContentDimension | 'price_band'
      readonly limit: number
      readonly halfLifeDays?: number
    }
  /** The share of each key of a fitted vocabulary (or of the topics) in lines that have one; missing without any. */
  | { readonly kind: 'share'; readonly of: ContentDimension | 'text_topic' }
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
  | 'years'
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
  /** Stands for a number that is missing without any history; undefined: 0 for counts, sums and decays, else missing. */
  readonly defaultValue?: number
}

export type ObservedFeature = FeatureDescription & {
  readonly source: 'events'
  readonly reads: Selection
  readonly window: Window
  readonly aggregate: Aggregate
}
export type DerivedFeature = FeatureDescription & { readonly source: 'features'; readonly formula: Formula }

/**
 * What somebody stated of a person, in the latest statement at or before the cut under any of the names; of one moment the
 * user's counts before the device's. `years` reads whole years (an age) or counts those since a date or a year of birth;
 * `stated_days` is the age of the statement itself.
 */
export type TraitFeature = FeatureDescription & {
  readonly source: 'traits'
  readonly traits: readonly string[]
  readonly read: 'label' | 'number' | 'years' | 'stated_days'
}

/** One feature, defined once: SQL, the live fold, lineage and documentation all come from this. */
export type FeatureDefinition = ObservedFeature | DerivedFeature | TraitFeature

/** A number, a text, or one share for each key of a closed list (columns `name/key`), or of the heaviest few. */
export type FeatureValueKind = 'number' | 'label' | 'shares' | 'affinities'

export function valueKindOf(definition: FeatureDefinition): FeatureValueKind {
  if (definition.source === 'features') return 'number'
  if (definition.source === 'traits') return definition.read === 'label' ? 'label' : 'number'
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
