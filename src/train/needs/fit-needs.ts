import type { Dataset } from '../../core/dataset.ts'
import { AppError } from '../../core/errors.ts'
import type { PairTable } from '../../features/pair-rows.ts'
import { elementAt } from '../../math/matrix.ts'
import { logLoss } from '../../math/metrics/classification.ts'
import type { Random } from '../../math/random.ts'
import { type BoostingModel, fitBoosting, predictBoosting } from '../../models/boosting.ts'
import type { BoostingOptions } from '../../models/boosting-options.ts'
import { explainBoostingByPath } from '../../models/boosting-path-reasons.ts'
import { explainBoosting } from '../../models/boosting-reasons.ts'
import { type Calibration, calibrate, fitPlatt } from '../../models/calibration.ts'
import type { Contribution } from '../../models/linear-reasons.ts'
import { explainLogistic, fitLogistic, type LogisticModel, predictLogistic } from '../../models/logistic.ts'
import { boundsAround, fitResidualBands, type ResidualBands } from '../../models/residual-bands.ts'
import { joinPairs, type LabelledPairs, pickRows } from './labelled-pairs.ts'
import { chooseNextPurchaseRule, type NextPurchaseRule, predictNextDays } from './next-purchase.ts'

/** How the probability is learned. */
export type ChanceSettings =
  | { readonly kind: 'boosting'; readonly maxLeaves: number; readonly treeCount: number }
  | { readonly kind: 'logistic'; readonly alpha: number }

type ChanceModel = BoostingModel | LogisticModel

/** Items and groups are learned together, and what is read off the cut after is read for each apart. */
type ByKind<Value> = { readonly item: Value; readonly group: Value }

/**
 * What a shopper needs of an item or a group: whether it is bought within the horizon, how many then, and when. Plain data.
 * Trees and weights are learned at earlier cuts; calibration, smearing, bands and the rule of days at a later one, whose
 * shoppers buy as people do of late.
 */
export type NeedsModel = {
  readonly kind: 'needs'
  readonly formatVersion: 1
  readonly horizonDays: number
  readonly chance: ChanceModel
  /** Undefined where that kind had one outcome only. */
  readonly calibration: ByKind<Calibration | undefined>
  /** Trees on the logarithm of the units of what was bought. */
  readonly units: BoostingModel
  /** Mean of units / exp(answer), by which the mean is had from the mean logarithm (Duan, 1983). */
  readonly smearing: ByKind<number>
  readonly bands: ByKind<ResidualBands>
  readonly when: NextPurchaseRule
}

/** What a model says of each row of a table. */
export type PredictedNeeds = {
  /** Of at least one purchase that is kept. */
  readonly probability: Float64Array
  /** Expected units: probability × units of a purchase. */
  readonly units: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
  /** Expected days to the next purchase. */
  readonly days: Float64Array
}

const learning = { learningRate: 0.15, maxDepth: 5, l2: 2, minChildWeight: 5, maxBins: 64 } as const
const triedLeaves = [8, 16]
const triedAlphas = [1e-3]
const mostTrees = 100
const patience = 8
const unitTrees = 40
/** Rows that logistic regression is tried on: its weights settle with fewer than trees need. */
const linearRows = 8000
/** With fewer purchases nothing is told of their sizes. */
const leastPurchases = 30
/** A purchase of more times what was told than all but this share of purchases counts as that one. */
const smearingTail = 0.01

/**
 * Chooses between boosted trees and logistic regression, and their settings, by the log-loss on later rows; answers the fit on
 * the earlier ones.
 * @throws AppError 'too_little_data' where too few of the pairs were bought, or none was not.
 */
export function chooseChance(
  train: readonly LabelledPairs[],
  validation: LabelledPairs,
  random: Random,
): { readonly settings: ChanceSettings; readonly chance: ChanceModel } {
  const { dataset, hasBought } = joinPairs(train)
  requireBoth(hasBought)
  requireBoth(validation.outcomes.hasBought)
  const held = { dataset: validation.table.dataset, labels: validation.outcomes.hasBought, patience }
  const boosted = triedLeaves.map((maxLeaves) => {
    const options = {
      objective: 'logistic',
      ...learning,
      maxLeaves,
      treeCount: mostTrees,
      validation: held,
    } as const
    const chance = fitBoosting(dataset, hasBought, options, random.fork('chance'))
    const treeCount = Math.max(1, chance.trees.length)
    return { settings: { kind: 'boosting', maxLeaves, treeCount } as const, chance }
  })
  const step = Math.ceil(hasBought.length / linearRows)
  const rows = [...hasBought.keys()].filter((row) => row % step === 0)
  const few = {
    dataset: pickRows(dataset, rows),
    labels: Uint8Array.from(rows, (row) => hasBought[row] ?? 0),
  }
  const linear = triedAlphas.map((alpha) => ({
    settings: { kind: 'logistic', alpha } as const,
    chance: fitLogistic(few.dataset, few.labels, { alpha }),
  }))
  const tried = [...boosted, ...linear].map((each) => ({
    ...each,
    loss: logLoss(held.labels, predictChance(each.chance, held.dataset)),
  }))
  return tried.reduce((a, b) => (b.loss < a.loss ? b : a))
}

export function fitChance(
  known: readonly LabelledPairs[],
  settings: ChanceSettings,
  random: Random,
): ChanceModel {
  const { dataset, hasBought } = joinPairs(known)
  if (settings.kind === 'logistic') return fitLogistic(dataset, hasBought, { alpha: settings.alpha })
  const { maxLeaves, treeCount } = settings
  const options = { objective: 'logistic', ...learning, maxLeaves, treeCount } as const
  return fitBoosting(dataset, hasBought, options, random.fork('chance'))
}

/**
 * The whole model around a fitted probability.
 * @param known the rows that `chance` was learned from
 * @param later rows of the cut after those
 * @throws AppError 'too_little_data' with fewer than 30 purchases.
 */
export function completeNeeds(
  chance: ChanceModel,
  known: readonly LabelledPairs[],
  later: LabelledPairs,
  { horizonDays, random }: { readonly horizonDays: number; readonly random: Random },
): NeedsModel {
  const { table, outcomes } = later
  const calibration = byKind((isGroup) => calibrateKind(predictChance(chance, table.dataset), later, isGroup))
  const units = fitUnits(known, random)
  const smearing = byKind((isGroup) => smearingOf(units, later, isGroup))
  const shared = {
    kind: 'needs',
    formatVersion: 1,
    horizonDays,
    chance,
    calibration,
    units,
    smearing,
  } as const
  const probability = probabilitiesOf(shared, table)
  const expected = expectedUnits(shared, probability, table)
  const bands = byKind((isGroup) => {
    const rows = rowsOfKind(table, isGroup)
    return fitResidualBands(pick(expected, rows), pick(outcomes.units, rows))
  })
  const rows = { gapDays: table.gapDays, recencyDays: table.recencyDays, probability }
  return { ...shared, bands, when: chooseNextPurchaseRule(rows, outcomes.firstDays, horizonDays) }
}

export function predictNeeds(model: NeedsModel, table: PairTable): PredictedNeeds {
  const probability = probabilitiesOf(model, table)
  const units = expectedUnits(model, probability, table)
  const [low, high] = [new Float64Array(units.length), new Float64Array(units.length)]
  for (const [row, value] of units.entries()) {
    const bounds = boundsAround(isGroupRow(table, row) ? model.bands.group : model.bands.item, value)
    low[row] = bounds.low
    high[row] = bounds.high
  }
  const { gapDays, recencyDays } = table
  return {
    probability,
    units,
    low,
    high,
    days: predictNextDays(model.when, { gapDays, recencyDays, probability }),
  }
}

/** Each feature's part in the log-odds of a row before calibration, largest first: exact Shapley values, which take long. */
export function explainExactly(
  { chance }: NeedsModel,
  dataset: Dataset,
): readonly (readonly Contribution[])[] {
  return chance.kind === 'boosting'
    ? explainBoosting(chance, dataset).contributions
    : explainLogistic(chance, dataset)
}

/** The same for very many rows: of trees by the steps on each row's path. */
export function explainQuickly(
  { chance }: NeedsModel,
  dataset: Dataset,
): readonly (readonly Contribution[])[] {
  return chance.kind === 'boosting'
    ? explainBoostingByPath(chance, dataset).contributions
    : explainLogistic(chance, dataset)
}

export function isGroupRow({ targets, targetOf }: PairTable, row: number): boolean {
  return targets[targetOf[row] ?? 0]?.isGroup ?? false
}

type Learned = Pick<NeedsModel, 'chance' | 'calibration' | 'units' | 'smearing'>

function predictChance(chance: ChanceModel, dataset: Dataset): Float64Array {
  return chance.kind === 'boosting' ? predictBoosting(chance, dataset) : predictLogistic(chance, dataset)
}

function probabilitiesOf({ chance, calibration }: Learned, table: PairTable): Float64Array {
  const raw = predictChance(chance, table.dataset)
  const [item, group] = [calibration.item, calibration.group].map((each) =>
    each ? calibrate(each, raw) : raw,
  )
  return raw.map((_, row) => elementAt((isGroupRow(table, row) ? group : item) ?? raw, row))
}

function expectedUnits(
  { units, smearing }: Learned,
  probability: Float64Array,
  table: PairTable,
): Float64Array {
  const logs = predictBoosting(units, table.dataset)
  return probability.map((chance, row) => {
    const factor = isGroupRow(table, row) ? smearing.group : smearing.item
    return chance * factor * Math.exp(elementAt(logs, row))
  })
}

/** Platt's two parameters: steps of isotonic regression would be certain of what the later cut never showed. */
function calibrateKind(
  raw: Float64Array,
  { table, outcomes }: LabelledPairs,
  isGroup: boolean,
): Calibration | undefined {
  const rows = rowsOfKind(table, isGroup)
  const labels = Uint8Array.from(rows, (row) => outcomes.hasBought[row] ?? 0)
  const boughtCount = labels.reduce((sum, label) => sum + label, 0)
  if (boughtCount === 0 || boughtCount === labels.length) return undefined
  return fitPlatt(pick(raw, rows), labels)
}

function fitUnits(known: readonly LabelledPairs[], random: Random): BoostingModel {
  const joined = joinPairs(known)
  const rows = [...joined.hasBought.keys()].filter((row) => joined.hasBought[row] === 1)
  if (rows.length < leastPurchases) throw tooFewPurchases(rows.length, joined.hasBought.length)
  const options: BoostingOptions = {
    objective: 'squared_error',
    ...learning,
    maxLeaves: 8,
    treeCount: unitTrees,
  }
  const logs = Float64Array.from(rows, (row) => Math.log(elementAt(joined.units, row)))
  return fitBoosting(pickRows(joined.dataset, rows), logs, options, random.fork('units'))
}

function smearingOf(units: BoostingModel, { table, outcomes }: LabelledPairs, isGroup: boolean): number {
  const rows = rowsOfKind(table, isGroup).filter((row) => outcomes.hasBought[row] === 1)
  if (rows.length < leastPurchases) return 1
  const logs = predictBoosting(units, pickRows(table.dataset, rows))
  const ratios = logs.map((log, index) => elementAt(outcomes.units, rows[index] ?? 0) / Math.exp(log)).sort()
  const edge = ratios[Math.floor((1 - smearingTail) * (ratios.length - 1))] ?? 1
  return ratios.reduce((sum, ratio) => sum + Math.min(edge, ratio), 0) / ratios.length
}

function rowsOfKind(table: PairTable, isGroup: boolean): number[] {
  return [...table.targetOf.keys()].filter((row) => isGroupRow(table, row) === isGroup)
}

function byKind<Value>(of: (isGroup: boolean) => Value): ByKind<Value> {
  return { item: of(false), group: of(true) }
}

function pick(values: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => elementAt(values, row))
}

function requireBoth(hasBought: Uint8Array): void {
  const count = hasBought.reduce((sum, label) => sum + label, 0)
  if (count < leastPurchases || count === hasBought.length) throw tooFewPurchases(count, hasBought.length)
}

function tooFewPurchases(count: number, rowCount: number): AppError {
  return new AppError('too_little_data', {
    en: `of ${rowCount} pairs of a shopper and what they may need ${count} were bought; at least ${leastPurchases} are needed, and some that were not`,
    zh: `${rowCount} 个“顾客—商品”组合中有 ${count} 个被购买；至少需要 ${leastPurchases} 个，并需有未购买的`,
  })
}
