import type { Dataset } from '../../src/core/dataset.ts'
import { createRandom } from '../../src/math/random.ts'
import { pickRows } from '../../src/models/folded-rows.ts'
import { logisticLearner } from '../../src/models/logistic-learner.ts'
import { boostingMember, memberOf, type StackMember } from '../../src/models/stack-member.ts'
import { fitStack } from '../../src/models/stacking.ts'
import { fromBorders, fromRest } from './band-probabilities.ts'

/** What folds are cut from. */
export type BandProblem = {
  readonly dataset: Dataset
  readonly bandOf: Uint8Array
  readonly bandCount: number
  /** The columns of the plain baseline. */
  readonly plain: readonly string[]
}

/** One fold of one seed: rows to learn from, rows to answer. */
export type BandFold = { readonly seed: number; readonly train: Uint32Array; readonly test: Uint32Array }

/** By contender: probabilities [test rows × bands], row-major. */
export type BandAnswer = {
  readonly probabilities: Readonly<Record<string, Float64Array>>
  /** Of all models together, which share their fits. */
  readonly seconds: number
}

export const majority = 'majority band'
export const plainLogistic = 'logistic on the plain columns'
const members = ['logistic', 'boosting', 'stack'] as const
/** Bands are told apart each from the rest, or at their borders. */
export const modelNames = members.flatMap((member) => [
  `${member}, each from the rest`,
  `${member}, at the borders`,
])

/** Learns from the training rows alone: penalties, trees, weights and calibration come from folds inside them. */
export async function answerBandFold(
  { dataset, bandOf, bandCount, plain }: BandProblem,
  fold: BandFold,
): Promise<BandAnswer> {
  const bands = Uint8Array.from(fold.train, (row) => bandOf[row] ?? 0)
  const [train, test] = [pickRows(dataset, fold.train), pickRows(dataset, fold.test)]
  const startedMs = performance.now()
  const own = await answerQuestions({ train, test, bands, bandCount, seed: fold.seed }, stackMembers)
  const seconds = (performance.now() - startedMs) / 1000
  const plainly = await answerQuestions(
    { train: keepColumns(train, plain), test: keepColumns(test, plain), bands, bandCount, seed: fold.seed },
    plainMembers,
  )
  return {
    probabilities: {
      ...Object.fromEntries(
        members.flatMap((member) => [
          [`${member}, each from the rest`, fromRest(own.rest.map((answer) => answer[member]))],
          [`${member}, at the borders`, fromBorders(own.borders.map((answer) => answer[member]))],
        ]),
      ),
      [plainLogistic]: fromRest(plainly.rest.map((answer) => answer.logistic)),
      [majority]: sharesOf(bands, bandCount, test.rowIds.length),
    },
    seconds,
  }
}

/** Probabilities of yes, one a test row. */
type YesAnswer = Readonly<Record<(typeof members)[number], Float64Array>>

type Parts = {
  readonly train: Dataset
  readonly test: Dataset
  readonly bands: Uint8Array
  readonly bandCount: number
  readonly seed: number
}

/** Is somebody in a band; does somebody lie above a border? The outermost borders part a band from the rest. */
async function answerQuestions(parts: Parts, members: readonly StackMember[]) {
  const { bands, bandCount } = parts
  const rest: YesAnswer[] = []
  for (let band = 0; band < bandCount; band++)
    rest.push(
      await answerYes(
        parts,
        Float64Array.from(bands, (own) => (own === band ? 1 : 0)),
        members,
      ),
    )
  const borders: YesAnswer[] = []
  for (let border = 0; border < bandCount - 1; border++) {
    if (border === bandCount - 2) borders.push(rest[bandCount - 1] ?? noAnswer)
    else if (border === 0) borders.push(mapAnswer(rest[0] ?? noAnswer, (yes) => 1 - yes))
    else
      borders.push(
        await answerYes(
          parts,
          Float64Array.from(bands, (own) => (own > border ? 1 : 0)),
          members,
        ),
      )
  }
  return { rest, borders }
}

const noAnswer: YesAnswer = {
  logistic: new Float64Array(),
  boosting: new Float64Array(),
  stack: new Float64Array(),
}

function mapAnswer({ logistic, boosting, stack }: YesAnswer, to: (yes: number) => number): YesAnswer {
  return { logistic: logistic.map(to), boosting: boosting.map(to), stack: stack.map(to) }
}

async function answerYes(
  { train, test, seed }: Parts,
  labels: Float64Array,
  members: readonly StackMember[],
): Promise<YesAnswer> {
  const control = { random: createRandom(`fit ${seed}`) }
  const rows = { dataset: train, labels }
  const model = await fitStack(members, { kind: 'chance' }, rows, { foldCount: 5 }, control)
  const stack = await model.predict(test)
  const said = await Promise.all(model.members.map((member) => member.predict(test)))
  const [logistic = new Float64Array(), boosting = new Float64Array()] = said
  return { logistic, boosting, stack }
}

const alphas = [1, 0.3, 0.1, 0.03, 0.01, 0.003]
const penalised = alphas.map((alpha) => ({ ...logisticLearner.standard, alpha }))
const plainMembers = [memberOf(logisticLearner, penalised)]
/** Few rows and many columns: strong penalties and small trees; which of them, each training fold decides. */
const stackMembers = [
  memberOf(
    logisticLearner,
    [false, true].flatMap((hasPlainReasons) =>
      penalised.map((settings) => ({ ...settings, hasPlainReasons })),
    ),
  ),
  boostingMember({
    candidates: [1, 3].map((maxDepth) => ({
      ...{ maxDepth, maxLeaves: 2 ** maxDepth, learningRate: 0.03, treeCount: 400 },
      ...{ rowShare: 0.6, columnShare: 0.3, minChildWeight: 3 },
    })),
    bagCount: 3,
  }),
]

function keepColumns({ featureNames, rowIds, values }: Dataset, names: readonly string[]): Dataset {
  const columns = names.map((name) => featureNames.indexOf(name))
  const kept = new Float64Array(rowIds.length * columns.length)
  for (let row = 0; row < rowIds.length; row++)
    for (const [place, column] of columns.entries())
      kept[row * columns.length + place] = values[row * featureNames.length + column] ?? Number.NaN
  return { featureNames: names, rowIds, values: kept }
}

/** What the training rows are like, for every test row. */
function sharesOf(bands: Uint8Array, bandCount: number, rowCount: number): Float64Array {
  const shares = Array.from(
    { length: bandCount },
    (_, band) => bands.filter((own) => own === band).length / bands.length,
  )
  return Float64Array.from({ length: rowCount * bandCount }, (_, place) => shares[place % bandCount] ?? 0)
}
