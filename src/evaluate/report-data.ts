import type { Bilingual } from '../core/language.ts'
import type { GroupChange, GroupDrift } from '../models/group-drift.ts'
import type { Population } from '../profiles/population.ts'
import type { LifetimeTotals } from '../profiles/score-totals.ts'
import type { TimedEvaluation } from './evaluation.ts'

/** A count of the cleaning report with a sentence on what was done about it. */
type CleaningLine = {
  readonly name: Bilingual
  readonly count: number
  readonly action: 'stored' | 'fixed' | 'marked' | 'duplicate' | 'quarantined' | 'fact'
}

export type ImportedFile = {
  readonly fileName: string
  readonly format: string
  readonly rowCount: number
  readonly storedCount: number
  readonly duplicateCount: number
  readonly quarantinedCount: number
  readonly lines: readonly CleaningLine[]
}

type GroupFacts = {
  readonly name: Bilingual
  readonly customerCount: number
  readonly spend: number
  readonly orderCount: number
  /** What sets the group apart, in standard deviations from all customers. */
  readonly features: readonly { readonly name: Bilingual; readonly difference: number }[]
}

export type InterestFacts = {
  /** Mean silhouette, −1..1; above .25 groups are worth the name. */
  readonly silhouette: number
  /** Adjusted Rand index between fits on resampled customers; 1 is the same groups every time. */
  readonly stability: number
  /** Whether customers lie in groups at all, by the gap statistic. */
  readonly isGrouped: boolean
  /** What became of the groups of the training before. */
  readonly history?: Omit<GroupDrift, 'changes'> & {
    readonly changes: readonly (GroupChange & { readonly name: Bilingual })[]
  }
  readonly groups: readonly GroupFacts[]
  /** A sample of customers on the two main axes of their interests. */
  readonly map: readonly { readonly x: number; readonly y: number; readonly group: number }[]
  readonly topics: readonly { readonly name: Bilingual; readonly itemCount: number; readonly share: number }[]
}

/** One predictor against the rule “the same as last quarter” in one category. */
type NeedPart = {
  readonly name: Bilingual
  readonly shopperCount: number
  /** Units a shopper and thing: what came, and what was expected. */
  readonly meanUnits: number
  readonly meanExpected: number
  /** Gain in Poisson deviance of the units as a share of the rule's, with its 95 % interval. */
  readonly gain: { readonly value: number; readonly low: number; readonly high: number }
  readonly kind: 'better' | 'unclear' | 'worse'
}

/** What all shoppers will likely need, and how well that is known category by category. */
export type NeedFacts = {
  readonly horizonDays: number
  readonly groups: readonly NeedSum[]
  readonly items: readonly NeedSum[]
  readonly parts: readonly NeedPart[]
  /** Of what shoppers bought, the share that they had been asked about. */
  readonly heldItemShare: number
  readonly heldGroupShare: number
  /** Mean absolute errors in days of what was bought within the horizon, and of always its middle. */
  readonly dayError: number
  readonly middleError: number
}

type NeedSum = { readonly name: Bilingual; readonly units: number; readonly buyerCount: number }

/** One person as an example, with the score's reasons. */
export type ExampleFacts = {
  readonly id: string
  readonly orderCount: number
  readonly spend: number
  readonly group?: Bilingual
  readonly scores: readonly {
    readonly name: Bilingual
    readonly value: string
    readonly interval?: string
    readonly reasons: readonly Bilingual[]
  }[]
}

/** All that the report tells; assembled where the data lies, rendered without any. */
export type ReportData = {
  readonly generatedAtMs: number
  readonly asOfMs: number
  readonly timeZone: string
  readonly isSimulated: boolean
  readonly seed: number
  readonly files: readonly ImportedFile[]
  readonly customers: Population
  readonly interests?: InterestFacts
  readonly lifetime?: LifetimeTotals
  readonly needs?: NeedFacts
  readonly evaluations: readonly TimedEvaluation[]
  /** Models that could not be judged, with the reason. */
  readonly skipped: readonly { readonly model: string; readonly reason: Bilingual }[]
  readonly examples: readonly ExampleFacts[]
  /** Names of features for the drivers' charts. */
  readonly featureNames: Readonly<Record<string, Bilingual>>
}
