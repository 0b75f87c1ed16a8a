import type { Bilingual } from '../core/language.ts'
import { pause } from '../core/pause.ts'
import type { Random } from '../math/random.ts'
import { createCalibratedModel } from '../models/calibrated-model.ts'
import { type ChosenBlend, chooseBlend } from '../models/choose-blend.ts'
import { type ChosenCalibration, chooseCalibration, isClearlyLess } from '../models/choose-calibration.ts'
import type { FitControl, FittedModel, LearningRows } from '../models/learner.ts'
import { rowLosses } from '../models/row-losses.ts'
import { createStack } from '../models/stacking.ts'
import type { AskedTask, Contender, TuneBudget, Tuned } from './contenders.ts'

export type ChooseOptions = {
  readonly budget: TuneBudget
  readonly random: Random
  readonly clock: () => number
  readonly signal: AbortSignal | undefined
  /** Told what is being tried. */
  readonly tell: (part: Bilingual) => void
}

/** A contender, or the blend of all, with its mean loss on the validation rows. */
type Tried = { readonly name: Bilingual; readonly loss: number }

/** Who is to answer a question, chosen on validation rows alone. */
export type ChosenAnswer = {
  readonly name: Bilingual
  readonly tried: readonly Tried[]
  readonly tuned: readonly Tuned[]
  /** How much each contender counts, in their order; one 1 where one answers alone. */
  readonly weights: readonly number[]
  /** What it says of the validation rows, by parts that had not seen their outcome. */
  readonly held: Float64Array
  readonly calibration: ChosenCalibration['kind'] | undefined
  /** Whether those that count need the events behind each row. */
  readonly readsEvents: boolean
  /** Learns from rows; only those that count. */
  fit(rows: LearningRows, control: FitControl): Promise<FittedModel>
  /** The same from every contender's fit on the rows, which the answer then owns. */
  join(members: readonly FittedModel[]): FittedModel
}

const blendName: Bilingual = { en: 'a blend', zh: '多模型融合' }

/**
 * Tunes every contender on the validation rows, blends them by what they say of those, and lets the plainest answer that is not
 * clearly worse than the best: better by more than the standard error of the paired difference (Breiman et al., 1984, §3.4.3).
 * Chances are calibrated where that helps.
 */
export async function chooseAnswer(
  task: AskedTask,
  contenders: readonly Contender[],
  { rest, held }: { readonly rest: LearningRows; readonly held: LearningRows },
  options: ChooseOptions,
): Promise<ChosenAnswer> {
  const { random, signal } = options
  const tuned: Tuned[] = []
  const answers: Float64Array[] = []
  for (const [index, contender] of contenders.entries()) {
    const own = random.fork(`contender ${index}`)
    tuned.push(await tune(contender, rest, held, { ...options, random: own }))
    await using model = await itemOf(tuned, index).fit(rest, { random: own.fork('fit'), signal })
    answers.push(await model.predict(held.dataset))
    await pause(signal)
  }
  const asked = { kind: task.kind }
  const blended = chooseBlend(asked, answers, held.labels, random.fork('blend'))
  const candidates = tuned.map(({ name }, index) => ({ name, said: itemOf(answers, index) }))
  // Weights of 0 alone would be one answer for all.
  const isBlend = blended.blend.weights.filter((weight) => weight > 0).length > 1
  if (isBlend) candidates.push({ name: blendName, said: blended.held })
  const losses = candidates.map(({ said }) => rowLosses(asked, held, said))
  const place = plainestOfBest(losses)
  const weights = place < tuned.length ? tuned.map((_, index) => (index === place ? 1 : 0)) : undefined
  const chosen = itemOf(candidates, place)
  const calibration =
    task.kind === 'chance' && weights !== undefined
      ? chooseCalibration(chosen.said, held.labels, random.fork('calibration'))
      : undefined
  return composeAnswer({
    task,
    name: chosen.name,
    tried: candidates.map(({ name }, index) => ({ name, loss: meanOf(itemOf(losses, index)) })),
    tuned,
    weights,
    blended,
    held: calibration?.held ?? chosen.said,
    calibration,
  })
}

async function tune(
  contender: Contender,
  rest: LearningRows,
  held: LearningRows,
  { budget, random, clock, signal, tell }: ChooseOptions,
): Promise<Tuned> {
  const { name } = contender
  tell(name)
  return contender.tune(rest, held, {
    random: random.fork('search'),
    budget,
    clock,
    signal,
    onTrial: (done, total) =>
      tell({ en: `${name.en}, settings ${done} of ${total}`, zh: `${name.zh}，设置 ${done}/${total}` }),
  })
}

/** The first whose losses the best ones do not clearly undercut. */
function plainestOfBest(losses: readonly Float64Array[]): number {
  const means = losses.map(meanOf)
  const best = means.indexOf(Math.min(...means))
  const place = losses.findIndex((own) => !isClearlyLess(itemOf(losses, best), own))
  return place === -1 ? best : place
}

type Composition = Omit<ChosenAnswer, 'fit' | 'join' | 'calibration' | 'weights' | 'readsEvents'> & {
  readonly task: AskedTask
  /** Undefined where the blend answers. */
  readonly weights: readonly number[] | undefined
  readonly blended: ChosenBlend
  readonly calibration: ChosenCalibration | undefined
}

function composeAnswer({ task, weights, blended, calibration, ...rest }: Composition): ChosenAnswer {
  const { tuned } = rest
  const own = weights ?? blended.blend.weights
  const places = [...own.keys()].filter((index) => itemOf(own, index) > 0)
  const compose = (members: readonly FittedModel[]): FittedModel => {
    const first = itemOf(members, 0)
    if (weights !== undefined)
      return calibration?.calibration ? createCalibratedModel(first, calibration.calibration) : first
    return createStack({
      task: { kind: task.kind },
      facts: [],
      blend: { weights: places.map((index) => itemOf(own, index)), intercept: blended.blend.intercept },
      members,
      featureNames: first.featureNames,
    })
  }
  return {
    ...rest,
    weights: own,
    readsEvents: places.some((index) => itemOf(tuned, index).readsEvents),
    calibration: task.kind === 'chance' ? (calibration?.kind ?? 'platt') : undefined,
    async fit(rows, control) {
      const members: FittedModel[] = []
      for (const index of places)
        members.push(
          await itemOf(tuned, index).fit(rows, {
            ...control,
            random: control.random.fork(`member ${index}`),
          }),
        )
      return compose(members)
    },
    join: (members) => compose(places.map((index) => itemOf(members, index))),
  }
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function itemOf<Item>(items: readonly Item[], index: number): Item {
  const item = items[index]
  if (item === undefined) throw new Error(`there is no item ${index}`)
  return item
}
