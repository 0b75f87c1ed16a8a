import type { Bilingual } from '../../core/language.ts'
import type { Evaluation, EvaluationSplit } from '../../evaluate/evaluation.ts'
import type { RowOwners } from '../../evaluate/judge.ts'
import { judgeClassification } from '../../evaluate/judge-classification.ts'
import { judgeParts, type PartComparison, type PartJudgement } from '../../evaluate/judge-parts.ts'
import { judgeRegression } from '../../evaluate/judge-regression.ts'
import type { SliceColumn } from '../../evaluate/slice-column.ts'
import { elementAt } from '../../math/matrix.ts'
import { bestF1Threshold } from '../../math/metrics/classification.ts'
import type { Random } from '../../math/random.ts'
import { toDrivers } from '../reasons.ts'
import {
  explainExactly,
  isGroupRow,
  type NeedsModel,
  type OpenNeeds,
  type PredictedNeeds,
  predictNeeds,
} from './fit-needs.ts'
import { type LabelledPairs, pickRows } from './labelled-pairs.ts'
import { type NeedsBaseline, predictBaselines } from './needs-baselines.ts'
import { meanDayError, predictNextDays, withinHorizon } from './next-purchase.ts'

/** With fewer rows a category is not judged by itself. */
const leastPartRows = 60
const mostParts = 60
const explainedRows = 400
/** A share of the mean that every expected number of units is taken to reach: of 0 no deviance can be told. */
const leastExpectedShare = 1 / 1000

/** One category by itself: as a whole, or the items of it. */
export type NeedsPart = {
  readonly kind: 'group' | 'items'
  readonly group: string
  readonly rowCount: number
  readonly shopperCount: number
  readonly boughtShare: number
  readonly meanProbability: number
  /** Units a shopper (of a group) or a row (of its items): what came, and what was expected. */
  readonly meanUnits: number
  readonly meanExpected: number
  /** Against each baseline: Poisson deviance and squared error of the units, log-loss of the probability. */
  readonly deviance: readonly PartComparison[]
  readonly squaredError: readonly PartComparison[]
  readonly logLoss: readonly PartComparison[]
}

/** How needs did on a later time, in all and by category. */
export type NeedsJudgement = {
  readonly chance: Evaluation
  /** In multiples of what is usually bought of a thing at a time, so that things sold by the gram do not decide alone. */
  readonly units: Evaluation
  readonly parts: readonly NeedsPart[]
  readonly when: NeedsTiming
  /** Of what the shoppers bought (different items, different groups) the share that they were asked about. */
  readonly heldItemShare: number
  readonly heldGroupShare: number
}

/** Days to the next purchase, of what was bought within the horizon: mean absolute errors. */
type NeedsTiming = {
  readonly boughtCount: number
  readonly meanError: number
  /** Of always the middle of the horizon, and of the time between purchases of it that is typical of all shoppers. */
  readonly middleError: number
  readonly typicalError: number
  readonly rule: string
}

export type JudgeNeedsInput = {
  readonly fitted: OpenNeeds
  readonly known: readonly LabelledPairs[]
  readonly validation: LabelledPairs
  readonly test: LabelledPairs
  readonly split: EvaluationSplit
  readonly settings: Readonly<Record<string, string | number>>
  readonly slices: readonly SliceColumn[]
}

export async function judgeNeeds(input: JudgeNeedsInput, random: Random): Promise<NeedsJudgement> {
  const { fitted, known, test } = input
  const { model } = fitted
  const { table, outcomes } = test
  const predicted = await predictNeeds(fitted, table)
  const baselines = predictBaselines([...known, input.validation], table, model.horizonDays)
  const judging = {
    ...input,
    model,
    predicted,
    baselines,
    owners: { count: table.profileIds.length, of: table.personOf },
  }
  const share = (held: number, bought: number) => (bought > 0 ? held / bought : Number.NaN)
  return {
    chance: await judgeChance(judging, random.fork('chance')),
    units: judgeUnits(judging, random.fork('units')),
    parts: judgeCategories(judging, random.fork('parts')),
    when: judgeTiming(judging),
    heldItemShare: share(outcomes.itemsHeld, outcomes.itemsBought),
    heldGroupShare: share(outcomes.groupsHeld, outcomes.groupsBought),
  }
}

type Judging = JudgeNeedsInput & {
  readonly model: NeedsModel
  readonly predicted: PredictedNeeds
  readonly baselines: readonly NeedsBaseline[]
  readonly owners: RowOwners
}

async function judgeChance(judging: Judging, random: Random): Promise<Evaluation> {
  const { fitted, model, test, validation, baselines, predicted, owners, split, settings, slices } = judging
  const { dataset } = test.table
  const rows = [...dataset.rowIds.keys()].filter(
    (_, row) => row % Math.ceil(dataset.rowIds.length / explainedRows) === 0,
  )
  const sample = pickRows(dataset, rows)
  const { probability } = await predictNeeds(fitted, validation.table)
  const threshold = bestF1Threshold(validation.outcomes.hasBought, probability)
  return judgeClassification(
    {
      model: nameOf(model),
      question: {
        en: `What will each shopper buy within ${model.horizonDays} days, of the items and categories that are near to them?`,
        zh: `每位顾客在 ${model.horizonDays} 天内会购买与其相关的哪些商品与类目？`,
      },
      split,
      actual: Float64Array.from(test.outcomes.hasBought),
      predicted: predicted.probability,
      baselines: baselines.map(({ name, probability }) => ({ name, predicted: probability })),
      drivers: toDrivers(sample, await explainExactly(fitted, sample)),
      settings,
      slices,
      owners,
    },
    threshold,
    random,
  )
}

function judgeUnits(
  { model, test, baselines, predicted, owners, split, settings }: Judging,
  random: Random,
): Evaluation {
  const { targets, targetOf } = test.table
  const usual = Float64Array.from(targetOf, (place) => Math.max(1e-9, targets[place]?.unitsPerPurchase ?? 1))
  const inPurchases = (units: Float64Array) => units.map((value, row) => value / elementAt(usual, row))
  return judgeRegression(
    {
      model: `${nameOf(model)}/units`,
      question: {
        en: `How much of each will they buy within ${model.horizonDays} days, in usual purchases of it?`,
        zh: `${model.horizonDays} 天内各购买多少（以通常单次购买量计）？`,
      },
      split,
      actual: inPurchases(test.outcomes.units),
      predicted: inPurchases(predicted.units),
      bounds: { low: inPurchases(predicted.low), high: inPurchases(predicted.high) },
      baselines: baselines.map(({ name, units }) => ({ name, predicted: inPurchases(units) })),
      drivers: [],
      settings,
      owners,
    },
    random,
  )
}

function judgeCategories(judging: Judging, random: Random): NeedsPart[] {
  const { test, predicted, baselines, owners } = judging
  const { parts, partOf } = listParts(test)
  const compare = (name: string, own: Float64Array, others: readonly Float64Array[]): PartJudgement[] =>
    judgeParts(
      {
        partCount: parts.length,
        partOf,
        owners,
        own,
        baselines: others.map((losses, index) => ({ name: baselines[index]?.name.en ?? '', losses })),
      },
      random.fork(name),
    )
  const { units, hasBought } = test.outcomes
  const means = meansOfParts(units, partOf, parts.length)
  const deviance = (expected: Float64Array) => devianceByRow(units, expected, partOf, means)
  const squared = (expected: Float64Array) =>
    units.map((value, row) => (value - elementAt(expected, row)) ** 2)
  const losses = (probability: Float64Array) => logLossByRow(hasBought, probability)
  const byDeviance = compare(
    'deviance',
    deviance(predicted.units),
    baselines.map((each) => deviance(each.units)),
  )
  const bySquare = compare(
    'squares',
    squared(predicted.units),
    baselines.map((each) => squared(each.units)),
  )
  const byLoss = compare(
    'log-loss',
    losses(predicted.probability),
    baselines.map((each) => losses(each.probability)),
  )
  const bought = meansOfParts(Float64Array.from(hasBought), partOf, parts.length)
  const expected = meansOfParts(predicted.units, partOf, parts.length)
  const probability = meansOfParts(predicted.probability, partOf, parts.length)
  return parts.map((part, index) => ({
    ...part,
    rowCount: byLoss[index]?.rowCount ?? 0,
    shopperCount: byLoss[index]?.ownerCount ?? 0,
    boughtShare: elementAt(bought, index),
    meanProbability: elementAt(probability, index),
    meanUnits: elementAt(means, index),
    meanExpected: elementAt(expected, index),
    deviance: byDeviance[index]?.comparisons ?? [],
    squaredError: bySquare[index]?.comparisons ?? [],
    logLoss: byLoss[index]?.comparisons ?? [],
  }))
}

/** Each group as a whole and the items of each, those of most rows first; too few rows are no part. */
function listParts({ table }: LabelledPairs): {
  readonly parts: readonly Pick<NeedsPart, 'kind' | 'group'>[]
  readonly partOf: Int32Array
} {
  const nameOfRow = (row: number) => {
    const group = table.targets[table.targetOf[row] ?? 0]?.group ?? ''
    return group === '' ? undefined : `${isGroupRow(table, row) ? 'group' : 'items'}/${group}`
  }
  const counts = new Map<string, number>()
  for (const row of table.targetOf.keys()) {
    const name = nameOfRow(row)
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const kept = [...counts]
    .filter(([, count]) => count >= leastPartRows)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, mostParts)
    .map(([name]) => name)
  const places = new Map(kept.map((name, place) => [name, place]))
  return {
    parts: kept.map((name) => {
      const slash = name.indexOf('/')
      return { kind: name.startsWith('group') ? 'group' : 'items', group: name.slice(slash + 1) }
    }),
    partOf: Int32Array.from(table.targetOf, (_, row) => places.get(nameOfRow(row) ?? '') ?? -1),
  }
}

function meansOfParts(values: Float64Array, partOf: Int32Array, partCount: number): Float64Array {
  const [sums, counts] = [new Float64Array(partCount), new Float64Array(partCount)]
  for (const [row, part] of partOf.entries()) {
    if (part < 0) continue
    sums[part] = elementAt(sums, part) + elementAt(values, row)
    counts[part] = elementAt(counts, part) + 1
  }
  return sums.map((sum, part) => sum / elementAt(counts, part))
}

/** Poisson deviance as `poissonDeviance` has it, a row at a time. */
function devianceByRow(
  actual: Float64Array,
  expected: Float64Array,
  partOf: Int32Array,
  means: Float64Array,
): Float64Array {
  return actual.map((value, row) => {
    const least = Math.max(1e-12, (means[partOf[row] ?? -1] ?? 0) * leastExpectedShare)
    const mean = Math.max(least, elementAt(expected, row))
    return 2 * ((value > 0 ? value * Math.log(value / mean) : 0) - value + mean)
  })
}

function logLossByRow(hasBought: Uint8Array, probability: Float64Array): Float64Array {
  return probability.map((chance, row) => {
    const inside = Math.min(1 - 1e-6, Math.max(1e-6, chance))
    return -Math.log(hasBought[row] === 1 ? inside : 1 - inside)
  })
}

function judgeTiming({ model, test, predicted }: Judging): NeedsTiming {
  const { horizonDays, when } = model
  const { table, outcomes } = test
  const rows = { ...table, probability: predicted.probability }
  const error = (days: Float64Array) => meanDayError(days, outcomes.firstDays)
  return {
    boughtCount: outcomes.hasBought.reduce((sum, label) => sum + label, 0),
    meanError: error(withinHorizon(predictNextDays(when, rows), horizonDays)),
    middleError: error(predicted.probability.map(() => horizonDays / 2)),
    typicalError: error(table.typicalGapDays.map((days) => Math.min(horizonDays, days))),
    rule: when.by === 'gaps' ? `gaps, at least ${when.leastShare} of one` : 'probability',
  }
}

function nameOf({ horizonDays }: NeedsModel): string {
  return `needs-${horizonDays}d`
}

/** What a part is called by itself. */
export function partName(
  { kind, group }: Pick<NeedsPart, 'kind' | 'group'>,
  groupName: Bilingual = { en: group, zh: group },
): Bilingual {
  return kind === 'group' ? groupName : { en: `items of ${groupName.en}`, zh: `“${groupName.zh}”的商品` }
}
