import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import { elementAt, itemAt } from '../math/matrix.ts'
import { checkLearning, checkRows, checkSaved } from './check-learning.ts'
import type { FittedModel, Learner, LearningRows, ModelReasons, SavedModel, Task } from './learner.ts'
import type { Contribution } from './linear-reasons.ts'
import { mapReasons } from './map-reasons.ts'
import { fitPace, type Pace, type PaceSettings, paceOf } from './own-pace.ts'
import { packModels, unpackModels } from './pack-models.ts'

/** Settings of the model of multiples, and how fast errors are taken to grow with the pace: 1 as counts do, 2 in proportion. */
export type PaceLearnerSettings<Inner extends object> = Inner & { readonly variancePower: number }

const kind = 'pace'
const formatVersion = 1
/** Nobody is taken to need less than this part of their pace. */
const leastMultiple = 0.02

/**
 * Learns what people need as a multiple of their own pace, by any learner of counts or amounts. Amounts are heavy-tailed: a few
 * people buy hundreds of times what others do. A model of amounts follows those few, and one of clipped features loses them; as
 * multiples of a pace that is not clipped, people of every size teach the same (docs/adr/0010).
 */
export function createPaceLearner<Inner extends object>(
  inner: Learner<Inner>,
  settings: PaceSettings,
): Learner<PaceLearnerSettings<Inner>> {
  const innerTask: Task = { kind: inner.tasks.includes('count') ? 'count' : 'amount' }
  return {
    kind,
    tasks: ['count'],
    standard: { ...inner.standard, variancePower: 1.5 },
    async fit(task, rows, { variancePower, ...own }, control) {
      checkLearning({ kind, tasks: ['count'] }, task, rows)
      if (!(variancePower >= 0 && variancePower <= 3))
        throw new AppError('bad_input', 'variancePower must be in 0..3', { received: String(variancePower) })
      if (control.validation) checkRows(task, control.validation)
      const pace = fitPace(rows.dataset, settings, rows.weights)
      const { validation, ...rest } = control
      const model = await inner.fit(
        innerTask,
        toMultiples(pace, rows, variancePower),
        // What is left are the inner learner's settings: the type says it adds one name.
        own as unknown as Inner,
        { ...rest, ...(validation && { validation: toMultiples(pace, validation, variancePower) }) },
      )
      return createPaceModel(pace, innerTask, model)
    },
    load: (saved) => loadPaceModel(saved, inner.load),
  }
}

/** @throws AppError 'bad_config' for another kind, a format of a newer version or a damaged card. */
export async function loadPaceModel(
  saved: SavedModel,
  loadInner: (saved: SavedModel) => Promise<FittedModel>,
): Promise<FittedModel> {
  checkSaved(saved, kind, formatVersion)
  const { pace, task, models } = saved.card as Partial<PaceCard>
  const [inner] = unpackModels(models, saved.parts)
  const isWhole =
    typeof pace?.amount === 'string' &&
    typeof pace.age === 'string' &&
    [pace.horizonDays, pace.dailyMean, pace.meanPace].every((value) => Number.isFinite(value) && value > 0)
  if (inner === undefined || !isWhole || (task?.kind !== 'count' && task?.kind !== 'amount'))
    throw new AppError(
      'bad_config',
      { en: 'the card of a saved model of needs is damaged', zh: '已保存的需求模型信息已损坏' },
      { wayOut: { en: 'Train the model again.', zh: '请重新训练该模型。' } },
    )
  return createPaceModel(pace, task, await loadInner(inner))
}

type PaceCard = { readonly pace: Pace; readonly task: Task; readonly models: readonly object[] }

/** Labels over the pace. A row counts for as much as its multiple is sure, so that each size of buyer has its say. */
function toMultiples(pace: Pace, rows: LearningRows, variancePower: number): LearningRows {
  const paces = paceOf(pace, rows.dataset)
  const own = paces.map((value) => (value / pace.meanPace) ** (2 - variancePower))
  const times = own.map((_, row) => (rows.weights ? itemAt(rows.weights, row) : 1))
  const sum = (weights: Float64Array) => weights.reduce((total, weight) => total + weight, 0)
  // 1 on average, so that a penalty per row means the same for every pace.
  const scale = sum(times) / sum(own.map((weight, row) => weight * elementAt(times, row)))
  return {
    ...rows,
    labels: paces.map((value, row) => itemAt(rows.labels, row) / value),
    weights: own.map((weight, row) => weight * scale * elementAt(times, row)),
  }
}

function createPaceModel(pace: Pace, task: Task, inner: FittedModel): FittedModel {
  const model: FittedModel = {
    kind,
    featureNames: inner.featureNames,
    async predict(dataset) {
      const multiples = await inner.predict(dataset)
      return paceOf(pace, dataset).map((own, row) => own * Math.max(leastMultiple, elementAt(multiples, row)))
    },
    save(): SavedModel {
      const { cards, parts } = packModels([inner.save()])
      const card: PaceCard = { pace, task, models: cards }
      return { kind, formatVersion, featureNames: inner.featureNames, card, parts }
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }
  if (inner.explain === undefined) return model
  return {
    ...model,
    async explain(dataset) {
      const reasons = await inner.explain?.(dataset)
      if (reasons === undefined) throw new Error('asked for above')
      return addPace(pace, dataset, toLogarithms(task, reasons))
    },
  }
}

/** Of log multiples; a multiple below the least one counts as that. */
function toLogarithms(task: Task, reasons: ModelReasons): ModelReasons {
  const least = Math.log(leastMultiple)
  return mapReasons(reasons, (score) =>
    task.kind === 'count' ? Math.max(least, score) : Math.log(Math.max(leastMultiple, score)),
  )
}

/** What was bought so far sets the pace; the other features raise or lower the multiple. */
function addPace(pace: Pace, dataset: Dataset, { base, contributions }: ModelReasons): ModelReasons {
  const paces = paceOf(pace, dataset)
  return {
    base: base + Math.log(pace.meanPace),
    contributions: contributions.map((parts, row) => {
      const sums = new Map(parts.map(({ feature, contribution }) => [feature, contribution]))
      const ofPace = Math.log(elementAt(paces, row) / pace.meanPace)
      sums.set(pace.amount, (sums.get(pace.amount) ?? 0) + ofPace)
      return [...sums]
        .map(([feature, contribution]): Contribution => ({ feature, contribution }))
        .filter(({ contribution }) => contribution !== 0)
        .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    }),
  }
}
