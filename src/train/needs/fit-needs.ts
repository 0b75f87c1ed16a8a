import type { Dataset } from '../../core/dataset.ts'
import { AppError } from '../../core/errors.ts'
import type { PairTable } from '../../features/pair-rows.ts'
import { elementAt } from '../../math/matrix.ts'
import { logLoss } from '../../math/metrics/classification.ts'
import type { Random } from '../../math/random.ts'
import { boostingLearner } from '../../models/boosting-learner.ts'
import { type Calibration, calibrate, fitPlatt } from '../../models/calibration.ts'
import type { FittedModel, SavedModel } from '../../models/learner.ts'
import type { Contribution } from '../../models/linear-reasons.ts'
import { loadFittedModel } from '../../models/load-fitted-model.ts'
import { logisticLearner } from '../../models/logistic-learner.ts'
import { boundsAround, fitResidualBands, type ResidualBands } from '../../models/residual-bands.ts'
import { joinPairs, type LabelledPairs, pickRows } from './labelled-pairs.ts'
import { chooseNextPurchaseRule, type NextPurchaseRule, predictNextDays } from './next-purchase.ts'

/** How the probability is learned. */
export type ChanceSettings =
  | { readonly kind: 'boosting'; readonly maxLeaves: number; readonly treeCount: number }
  | { readonly kind: 'logistic'; readonly alpha: number }

/** Items and groups are learned together, and what is read off the cut after is read for each apart. */
type ByKind<Value> = { readonly item: Value; readonly group: Value }

/**
 * What a shopper needs of an item or a group: whether it is bought within the horizon, how many then, and when. Plain data.
 * Trees and weights are learned at earlier cuts; calibration, smearing, bands and the rule of days at a later one, whose
 * shoppers buy as people do of late.
 */
export type NeedsModel = {
  readonly kind: 'needs'
  /** 2: its models are kept as their learners save them. */
  readonly formatVersion: 2
  readonly horizonDays: number
  readonly chance: SavedModel
  /** Undefined where that kind had one outcome only. */
  readonly calibration: ByKind<Calibration | undefined>
  /** Trees on the logarithm of the units of what was bought. */
  readonly units: SavedModel
  /** Trees on the logarithm of the multiple of what is usual of the shopper, which reaches as far as the largest buyers do. */
  readonly multiples: SavedModel
  /** Mean of units / exp(answer), by which the mean is had from the mean logarithm (Duan, 1983). */
  readonly smearing: ByKind<number>
  readonly bands: ByKind<ResidualBands>
  readonly when: NextPurchaseRule
}

/** A model with its parts ready to answer. */
export type OpenNeeds = {
  readonly model: NeedsModel
  readonly chance: FittedModel
  readonly sizes: PurchaseSizes
}

/** Two ways to tell the size of a purchase; the mean of their logarithms is what counts. */
type PurchaseSizes = { readonly units: FittedModel; readonly multiples: FittedModel }

/** @throws AppError 'bad_input' for a fit of before its models were kept so, 'bad_config' where one cannot be loaded. */
export async function openNeeds(model: NeedsModel): Promise<OpenNeeds> {
  if (model.formatVersion !== 2)
    throw new AppError('bad_input', {
      en: 'this fit of needs is of an earlier form: train it again',
      zh: '该需求模型为旧格式：请重新训练',
    })
  const chance = await loadFittedModel(model.chance)
  const units = await loadFittedModel(model.units)
  return { model, chance, sizes: { units, multiples: await loadFittedModel(model.multiples) } }
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
export async function chooseChance(
  train: readonly LabelledPairs[],
  validation: LabelledPairs,
  { random, signal }: FitOptions,
): Promise<{ readonly settings: ChanceSettings; readonly chance: FittedModel }> {
  const { dataset, hasBought } = joinPairs(train)
  requireBoth(hasBought)
  requireBoth(validation.outcomes.hasBought)
  const held = { dataset: validation.table.dataset, labels: validation.outcomes.hasBought }
  const tried: { settings: ChanceSettings; chance: FittedModel }[] = []
  for (const maxLeaves of triedLeaves) {
    const control = { random: random.fork('chance'), signal, validation: held }
    const settings = { ...learning, maxLeaves, treeCount: mostTrees, patience }
    let treeCount = 1
    let least = Number.POSITIVE_INFINITY
    const progress = ({ done, loss = Number.NaN }: { readonly done: number; readonly loss?: number }) => {
      if (!(loss < least)) return
      least = loss
      treeCount = done
    }
    const rows = { dataset, labels: hasBought }
    const chance = await boostingLearner.fit({ kind: 'chance' }, rows, settings, { ...control, progress })
    tried.push({ settings: { kind: 'boosting', maxLeaves, treeCount }, chance })
  }
  const few = fewRows(dataset, hasBought)
  for (const alpha of triedAlphas)
    tried.push({
      settings: { kind: 'logistic', alpha },
      chance: await fitLinear(few, alpha, { random, signal }),
    })
  const losses: number[] = []
  for (const { chance } of tried) losses.push(logLoss(held.labels, await chance.predict(held.dataset)))
  const best = tried[losses.indexOf(Math.min(...losses))]
  if (best === undefined) throw new Error('no way to learn was tried')
  return best
}

export type FitOptions = { readonly random: Random; readonly signal?: AbortSignal | undefined }

function fewRows(dataset: Dataset, hasBought: Uint8Array) {
  const step = Math.ceil(hasBought.length / linearRows)
  const rows = [...hasBought.keys()].filter((row) => row % step === 0)
  return { dataset: pickRows(dataset, rows), labels: Uint8Array.from(rows, (row) => hasBought[row] ?? 0) }
}

function fitLinear(
  rows: { readonly dataset: Dataset; readonly labels: Uint8Array },
  alpha: number,
  control: FitOptions,
): Promise<FittedModel> {
  return logisticLearner.fit({ kind: 'chance' }, rows, { ...logisticLearner.standard, alpha }, control)
}

export async function fitChance(
  known: readonly LabelledPairs[],
  settings: ChanceSettings,
  { random, signal }: FitOptions,
): Promise<FittedModel> {
  const { dataset, hasBought } = joinPairs(known)
  const rows = { dataset, labels: hasBought }
  if (settings.kind === 'logistic') return fitLinear(rows, settings.alpha, { random, signal })
  const { maxLeaves, treeCount } = settings
  const control = { random: random.fork('chance'), signal }
  return boostingLearner.fit({ kind: 'chance' }, rows, { ...learning, maxLeaves, treeCount }, control)
}

/**
 * The whole model around a fitted probability.
 * @param known the rows that `chance` was learned from
 * @param later rows of the cut after those
 * @throws AppError 'too_little_data' with fewer than 30 purchases.
 */
export async function completeNeeds(
  chance: FittedModel,
  known: readonly LabelledPairs[],
  later: LabelledPairs,
  { horizonDays, ...control }: FitOptions & { readonly horizonDays: number },
): Promise<OpenNeeds> {
  const { table, outcomes } = later
  const raw = await chance.predict(table.dataset)
  const calibration = byKind((isGroup) => calibrateKind(raw, later, isGroup))
  const sizes = await fitSizes(known, control)
  const logs = await predictSizes(sizes, table)
  const smearing = byKind((isGroup) => smearingOf(logs, later, isGroup))
  const probability = calibrateRows(raw, calibration, table)
  const expected = expectedUnits(logs, smearing, probability, table)
  const bands = byKind((isGroup) => {
    const rows = rowsOfKind(table, isGroup)
    return fitResidualBands(pick(expected, rows), pick(outcomes.units, rows))
  })
  const rows = { gapDays: table.gapDays, recencyDays: table.recencyDays, probability }
  const when = chooseNextPurchaseRule(rows, outcomes.firstDays, horizonDays)
  const fitted = { horizonDays, calibration, smearing, bands, when }
  const { units, multiples } = sizes
  const models = { chance: chance.save(), units: units.save(), multiples: multiples.save() }
  return { model: { kind: 'needs', formatVersion: 2, ...fitted, ...models }, chance, sizes }
}

export async function predictNeeds(
  { model, chance, sizes }: OpenNeeds,
  table: PairTable,
): Promise<PredictedNeeds> {
  const probability = calibrateRows(await chance.predict(table.dataset), model.calibration, table)
  const units = expectedUnits(await predictSizes(sizes, table), model.smearing, probability, table)
  const [low, high] = [new Float64Array(units.length), new Float64Array(units.length)]
  for (const [row, value] of units.entries()) {
    const bounds = boundsAround(isGroupRow(table, row) ? model.bands.group : model.bands.item, value)
    low[row] = bounds.low
    high[row] = bounds.high
  }
  const { gapDays, recencyDays } = table
  const days = predictNextDays(model.when, { gapDays, recencyDays, probability })
  return { probability, units, low, high, days }
}

/** Each feature's part in the log-odds of a row before calibration, largest first: exact Shapley values, which take long. */
export async function explainExactly(
  { chance }: OpenNeeds,
  dataset: Dataset,
): Promise<readonly (readonly Contribution[])[]> {
  return (await chance.explain?.(dataset))?.contributions ?? dataset.rowIds.map(() => [])
}

/** The same for very many rows: of trees by the steps on each row's path. */
export async function explainQuickly(
  { chance }: OpenNeeds,
  dataset: Dataset,
): Promise<readonly (readonly Contribution[])[]> {
  const told = await (chance.explainQuickly ?? chance.explain)?.(dataset)
  return told?.contributions ?? dataset.rowIds.map(() => [])
}

export function isGroupRow({ targets, targetOf }: PairTable, row: number): boolean {
  return targets[targetOf[row] ?? 0]?.isGroup ?? false
}

function calibrateRows(
  raw: Float64Array,
  calibration: NeedsModel['calibration'],
  table: PairTable,
): Float64Array {
  const [item, group] = [calibration.item, calibration.group].map((each) =>
    each ? calibrate(each, raw) : raw,
  )
  return raw.map((_, row) => elementAt((isGroupRow(table, row) ? group : item) ?? raw, row))
}

function expectedUnits(
  logs: Float64Array,
  smearing: NeedsModel['smearing'],
  probability: Float64Array,
  table: PairTable,
): Float64Array {
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

async function fitSizes(
  known: readonly LabelledPairs[],
  { random, signal }: FitOptions,
): Promise<PurchaseSizes> {
  const joined = joinPairs(known)
  const rows = [...joined.hasBought.keys()].filter((row) => joined.hasBought[row] === 1)
  if (rows.length < leastPurchases) throw tooFewPurchases(rows.length, joined.hasBought.length)
  const dataset = pickRows(joined.dataset, rows)
  const settings = { ...learning, maxLeaves: 8, treeCount: unitTrees }
  const learn = (amountOf: (row: number) => number) => {
    const labels = Float64Array.from(rows, (row) => Math.log(amountOf(row)))
    const control = { random: random.fork('units'), signal }
    return boostingLearner.fit({ kind: 'amount' }, { dataset, labels }, settings, control)
  }
  const units = await learn((row) => elementAt(joined.units, row))
  return {
    units,
    multiples: await learn((row) => elementAt(joined.units, row) / elementAt(joined.usualUnits, row)),
  }
}

/**
 * The expected logarithm of the units of a purchase. Trees on units tell the many, and of the largest buyers no more than the mean of
 * those like them; multiples of the own usual the other way round. Either alone had a larger squared error on the validation cuts.
 */
async function predictSizes({ units, multiples }: PurchaseSizes, table: PairTable): Promise<Float64Array> {
  const plain = await units.predict(table.dataset)
  const relative = await multiples.predict(table.dataset)
  return plain.map(
    (log, row) => (log + elementAt(relative, row) + Math.log(elementAt(table.usualUnits, row))) / 2,
  )
}

function smearingOf(logs: Float64Array, { table, outcomes }: LabelledPairs, isGroup: boolean): number {
  const rows = rowsOfKind(table, isGroup).filter((row) => outcomes.hasBought[row] === 1)
  if (rows.length < leastPurchases) return 1
  const ratios = Float64Array.from(
    rows,
    (row) => elementAt(outcomes.units, row) / Math.exp(elementAt(logs, row)),
  ).sort()
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
