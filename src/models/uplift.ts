import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import { pickLearningRows } from './hold-out.ts'
import type { FitControl, FittedModel, Learner, LearningRows, Task } from './learner.ts'

/** What came of people of whom chance decided who is treated. */
export type TreatedLearningRows = LearningRows & {
  /** 1 for the treated, 0 for the control. */
  readonly treatments: ArrayLike<number>
}

/**
 * How an effect is learned. `transformed_outcome`: one model of an outcome that on average is the effect (Athey & Imbens, 2015).
 * `t_learner`: a model of each arm, and their difference. `x_learner`: what each person's outcome differs by from what the model of the
 * other arm says, learned in both arms (Künzel et al., 2019).
 */
export type UpliftMethod = 'transformed_outcome' | 't_learner' | 'x_learner'

/** A learner with its settings. */
type Learning<Settings extends object> = {
  readonly learner: Learner<Settings>
  readonly settings: Settings
}

export type UpliftOptions<OutcomeSettings extends object, EffectSettings extends object> = {
  readonly method: UpliftMethod
  /** Of outcomes: `chance`, `count` or `amount`. */
  readonly task: Task & { readonly kind: 'chance' | 'count' | 'amount' }
  /** Learns outcomes within an arm; not used by `transformed_outcome`. */
  readonly outcome: Learning<OutcomeSettings>
  /** Learns effects, as amounts; not used by `t_learner`. */
  readonly effect: Learning<EffectSettings>
}

/** What was learned of an effect. */
export type FittedUplift = AsyncDisposable & {
  /** By how much the treatment raises the expected outcome, one number a row. */
  predict(dataset: Dataset): Promise<Float64Array>
}

/**
 * Learns whom a treatment moves. The treated must have been drawn by chance, each with the same probability, which is taken from
 * their share.
 * @throws AppError 'bad_input' for treatments that are not 0 or 1; 'too_little_data' when an arm is empty; as the learners do.
 */
export async function fitUplift<OutcomeSettings extends object, EffectSettings extends object>(
  rows: TreatedLearningRows,
  options: UpliftOptions<OutcomeSettings, EffectSettings>,
  control: FitControl,
): Promise<FittedUplift> {
  const arms = splitArms(rows)
  switch (options.method) {
    case 'transformed_outcome':
      return fitTransformed(rows, arms, options.effect, control)
    case 't_learner':
      return differenceOf(await fitOutcomes(arms, options, control))
    case 'x_learner':
      return fitCrossed(arms, options, control)
    default:
      return options.method satisfies never
  }
}

type Arms = { readonly control: LearningRows; readonly treated: LearningRows; readonly treatedShare: number }
type Models = { readonly control: FittedModel; readonly treated: FittedModel }

function splitArms(rows: TreatedLearningRows): Arms {
  const { treatments, labels } = rows
  const places = Uint32Array.from({ length: labels.length }, (_, row) => row)
  const wrong = places.find((row) => treatments[row] !== 0 && treatments[row] !== 1)
  if (wrong !== undefined || treatments.length !== labels.length)
    throw new AppError(
      'bad_input',
      { en: 'each row must be treated (1) or not (0)', zh: '每一行都须标明是否接受处理（1 或 0）' },
      { where: `row ${wrong ?? labels.length}`, received: String(treatments[wrong ?? labels.length]) },
    )
  const treated = places.filter((row) => treatments[row] === 1)
  const control = places.filter((row) => treatments[row] === 0)
  if (treated.length === 0 || control.length === 0)
    throw new AppError(
      'too_little_data',
      {
        en: 'an effect shows only beside people who were not treated, and who were',
        zh: '只有同时存在处理组与对照组时才能看出效果',
      },
      { received: `${treated.length} treated, ${control.length} control` },
    )
  return {
    control: pickLearningRows(rows, control),
    treated: pickLearningRows(rows, treated),
    treatedShare: treated.length / labels.length,
  }
}

/** y (w − e) / (e (1 − e)), whose mean given the features is the effect. */
async function fitTransformed<Settings extends object>(
  rows: TreatedLearningRows,
  { treatedShare: share }: Arms,
  { learner, settings }: Learning<Settings>,
  control: FitControl,
): Promise<FittedUplift> {
  const labels = Float64Array.from(rows.labels, (outcome, row) =>
    rows.treatments[row] === 1 ? outcome / share : -outcome / (1 - share),
  )
  const model = await learner.fit({ kind: 'amount' }, { ...rows, labels }, settings, control)
  return {
    predict: (dataset) => model.predict(dataset),
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  }
}

async function fitOutcomes<Settings extends object>(
  arms: Arms,
  { task, outcome }: Pick<UpliftOptions<Settings, object>, 'task' | 'outcome'>,
  control: FitControl,
): Promise<Models> {
  const learn = (rows: LearningRows, purpose: string) =>
    outcome.learner.fit(task, rows, outcome.settings, { ...control, random: control.random.fork(purpose) })
  return { control: await learn(arms.control, 'control'), treated: await learn(arms.treated, 'treated') }
}

async function fitCrossed<OutcomeSettings extends object, EffectSettings extends object>(
  arms: Arms,
  options: UpliftOptions<OutcomeSettings, EffectSettings>,
  control: FitControl,
): Promise<FittedUplift> {
  const { learner, settings } = options.effect
  const outcomes = await fitOutcomes(arms, options, control)
  const effectsOf = async (rows: LearningRows, other: FittedModel, sign: number) => {
    const said = await other.predict(rows.dataset)
    return { ...rows, labels: said.map((value, row) => sign * ((rows.labels[row] ?? 0) - value)) }
  }
  const learn = (rows: LearningRows, purpose: string) =>
    learner.fit({ kind: 'amount' }, rows, settings, { ...control, random: control.random.fork(purpose) })
  const effects = {
    treated: await learn(await effectsOf(arms.treated, outcomes.control, 1), 'effect on the treated'),
    control: await learn(await effectsOf(arms.control, outcomes.treated, -1), 'effect on the control'),
  }
  await disposeAll(outcomes)
  const share = arms.treatedShare
  return {
    async predict(dataset) {
      const treated = await effects.treated.predict(dataset)
      const others = await effects.control.predict(dataset)
      return treated.map((value, row) => (1 - share) * value + share * (others[row] ?? Number.NaN))
    },
    [Symbol.asyncDispose]: () => disposeAll(effects),
  }
}

function differenceOf(models: Models): FittedUplift {
  return {
    async predict(dataset) {
      const treated = await models.treated.predict(dataset)
      const control = await models.control.predict(dataset)
      return treated.map((value, row) => value - (control[row] ?? Number.NaN))
    },
    [Symbol.asyncDispose]: () => disposeAll(models),
  }
}

async function disposeAll({ control, treated }: Models): Promise<void> {
  await control[Symbol.asyncDispose]()
  await treated[Symbol.asyncDispose]()
}
