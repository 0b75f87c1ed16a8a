import type { Bilingual } from '../core/language.ts'

/** A feature's part in a score, as a sentence for a person. */
export type ProfileReason = {
  readonly feature: string
  /** Signed share of all contributions: above 0 it raises the score. */
  readonly share: number
  readonly text: Bilingual
}

/** Whether the model behind a score beat its best baseline on the future it was judged on. */
export type Trust = {
  readonly verdict: 'better' | 'unclear' | 'worse'
  readonly metric: string
  /** By how much on that metric; above 0 the model is better. */
  readonly difference: number
}

/** One prediction with its 95 % interval, its reasons and how far to trust it. */
export type ProfileScore = {
  readonly model: string
  readonly version: string
  /** Undefined where the prediction has no horizon. */
  readonly horizonDays?: number
  readonly value: number
  readonly low?: number
  readonly high?: number
  readonly reasons: readonly ProfileReason[]
  readonly trust?: Trust
}

/** What a person likely needs of one item or category within a horizon: how much, and when. */
export type ProfileNeed = {
  readonly kind: 'item' | 'category' | 'topic'
  /** An item id, a category, or the tag of a topic. */
  readonly target: string
  readonly name: Bilingual
  readonly version: string
  readonly horizonDays: number
  /** Of at least one purchase that is kept. */
  readonly probability: number
  /** Expected units, with the bounds of a 95 % interval. */
  readonly units: number
  readonly low?: number
  readonly high?: number
  /** Expected days to the next purchase, from the moment that scores are as of. */
  readonly days: number
  readonly reasons: readonly ProfileReason[]
  readonly trust?: Trust
}

export type InterestGroup = {
  readonly name: Bilingual
  readonly reasons: readonly ProfileReason[]
}

/** How fresh each part of a profile is; times are ISO 8601. */
type ProfileFreshness = {
  /** When the record last changed. */
  readonly updatedAt: string
  readonly lastEventAt?: string
  /** Ages, windows and decays are told as of this moment. */
  readonly featuresAsOf: string
  /** When the latest trait was stated. */
  readonly traitsAt?: string
  /** What models say rests on what was known by then. */
  readonly scoresAsOf?: string
}

/** The record of one person as of now, or of the last event of a shop that is silent. */
export type Profile = {
  readonly id: string
  /** Counts the changes of what is kept of the person. */
  readonly version: number
  readonly asOf: string
  readonly orderCount: number
  readonly spend: number
  readonly country?: string
  readonly identities: readonly { readonly kind: string; readonly id: string }[]
  readonly traits: readonly {
    readonly name: string
    readonly value: string
    readonly source: string
    readonly purpose: string
    readonly at: string
  }[]
  /** What the person last said of each category of use. */
  readonly consents: readonly {
    readonly category: string
    readonly isGranted: boolean
    readonly at: string
  }[]
  readonly features: Readonly<Record<string, number | string>>
  /** Weights of topics, categories and the like, heaviest first. */
  readonly affinities: readonly { readonly kind: string; readonly name: string; readonly weight: number }[]
  readonly interestGroup?: InterestGroup
  /** How much, within a horizon. */
  readonly needs: readonly ProfileScore[]
  /** Of single items and categories, likeliest first. */
  readonly topNeeds: readonly ProfileNeed[]
  /** The probability of an act within a horizon. */
  readonly propensities: readonly ProfileScore[]
  /** Alive, expected orders and spend, days to the next order. */
  readonly lifetime: readonly ProfileScore[]
  readonly freshness: ProfileFreshness
}
