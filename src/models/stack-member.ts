import { AppError } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import type { Random } from '../math/random.ts'
import { type BoostingSettings, boostingLearner } from './boosting-learner.ts'
import type { BoostingOptions } from './boosting-options.ts'
import { chooseBoosting } from './boosting-trials.ts'
import type { FittedModel, Learner, LearningRows, SavedModel, Task } from './learner.ts'
import { joinFolds, type LearningFold } from './learning-folds.ts'
import { meanBlendLoss } from './stacking/blend.ts'
import { familyOf, type StackTask, toScores } from './stacking/scores.ts'

/** The rows of a stack, whole and in folds. */
type StackRows = {
  readonly task: StackTask
  readonly rows: LearningRows
  readonly folds: readonly LearningFold[]
  readonly random: Random
  readonly signal: AbortSignal | undefined
}

/** A member whose settings are chosen. */
export type ChosenMember = {
  readonly settings: object
  /** By row: the score that the member gives which did not see it. */
  readonly heldScores: Float64Array
  /** Their mean loss. */
  readonly heldLoss: number
  /** Learns from all rows with the chosen settings. */
  fit(): Promise<FittedModel>
}

/** A model of a stack, with the settings to choose from on held folds. */
export type StackMember = {
  readonly kind: string
  readonly tasks: readonly Task['kind'][]
  choose(rows: StackRows): Promise<ChosenMember>
  load(saved: SavedModel): Promise<FittedModel>
}

/** Any learner, with the settings of least loss on held folds; the first of equal ones. */
export function memberOf<Settings extends object>(
  learner: Learner<Settings>,
  candidates: readonly Settings[],
): StackMember {
  return {
    kind: learner.kind,
    tasks: learner.tasks,
    load: learner.load,
    async choose({ task, rows, folds, random, signal }) {
      let best:
        | { readonly settings: Settings; readonly heldScores: Float64Array; readonly heldLoss: number }
        | undefined
      for (const [index, settings] of candidates.entries()) {
        const said: Float64Array[] = []
        for (const [fold, { rest, held }] of folds.entries()) {
          const control = { random: random.fork(`candidate ${index} fold ${fold}`), signal }
          await using model = await learner.fit(task, rest, settings, control)
          said.push(toScores(task, await model.predict(held.dataset)))
        }
        const heldScores = joinFolds(folds, said)
        const heldLoss = meanBlendLoss(
          { family: familyOf(task), labels: rows.labels, rowWeights: rows.weights },
          heldScores,
        )
        if (best === undefined || heldLoss < best.heldLoss) best = { settings, heldScores, heldLoss }
      }
      if (best === undefined)
        throw new AppError('bad_input', `a member of kind '${learner.kind}' has no settings to choose from`)
      const { settings } = best
      return { ...best, fit: () => learner.fit(task, rows, settings, { random, signal }) }
    },
  }
}

export type BoostingMemberOptions = {
  readonly candidates: readonly Omit<
    BoostingSettings,
    'amountLoss' | 'classWeights' | 'patience' | 'heldShare'
  >[]
  /** Models of the bag that is grown with the chosen settings at the end; 1 by default, as on the inner folds. */
  readonly bagCount?: number
  /** Further features whose values are codes without an order, for this member alone. */
  readonly categorical?: readonly string[]
}

/** Boosted trees, the number of rounds chosen over all held folds together. */
export function boostingMember({
  candidates,
  bagCount = 1,
  categorical = [],
}: BoostingMemberOptions): StackMember {
  const { kind, tasks, load } = boostingLearner
  return {
    kind,
    tasks,
    load,
    async choose({ task, rows, folds, random, signal }) {
      await pause(signal)
      const coded = [...new Set([...(rows.categorical ?? []), ...categorical])]
      const tried = candidates.map((settings) => ({
        ...settings,
        categorical: coded,
        objective: objectiveOf(task),
      }))
      const { options, margins, loss } = await chooseBoosting(folds, tried, random, signal)
      const { objective: _, categorical: __, ...settings } = options
      const all = { ...rows, categorical: coded }
      return {
        settings,
        heldScores: margins,
        heldLoss: loss,
        fit: () => boostingLearner.fit(task, all, { ...settings, bagCount }, { random, signal }),
      }
    },
  }
}

function objectiveOf({ kind }: StackTask): BoostingOptions['objective'] {
  switch (kind) {
    case 'amount':
      return 'squared_error'
    case 'count':
      return 'poisson'
    case 'chance':
      return 'logistic'
    default:
      return kind satisfies never
  }
}
