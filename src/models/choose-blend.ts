import { elementAt, itemAt } from '../math/matrix.ts'
import { stratifiedFolds } from '../math/metrics/folds.ts'
import type { Random } from '../math/random.ts'
import { applyBlend, type Blend, type BlendFamily, fitBlend } from './stacking/blend.ts'
import { familyOf, type StackTask, toAnswers, toScores } from './stacking/scores.ts'

/** Weights of several models' scores, and what the blend says of rows whose outcome each part of it had not seen. */
export type ChosenBlend = { readonly blend: Blend; readonly held: Float64Array }

const foldCount = 5

/**
 * Blends models by what they answered on rows that none of them learned from, such as a slice of time that comes after. The answers
 * that stand for the blend are cross-fitted: of each fifth by weights of the other four, as its own weights would flatter it. Only
 * weights are learned, not a level: how much was bought in that slice is of its season, and models that learn from it as well will
 * know it (docs/adr/0035).
 * @param answers one array a model
 */
export function chooseBlend(
  task: StackTask,
  answers: readonly Float64Array[],
  labels: ArrayLike<number>,
  random: Random,
): ChosenBlend {
  const scores = answers.map((own) => toScores(task, own))
  const family = familyOf(task)
  const folds = stratifiedFolds(task.kind === 'chance' ? labels : zeros(labels.length), foldCount, random)
  const places = Array.from(folds.keys())
  const held = new Float64Array(labels.length)
  for (let fold = 0; fold < foldCount; fold++) {
    const rest = places.filter((row) => folds[row] !== fold)
    const own = places.filter((row) => folds[row] === fold)
    if (rest.length === 0 || own.length === 0) continue
    const blend = fitWeights(
      family,
      scores.map((each) => pick(each, rest)),
      Float64Array.from(rest, (row) => itemAt(labels, row)),
    )
    const blended = toAnswers(
      task,
      applyBlend(
        blend,
        scores.map((each) => pick(each, own)),
      ),
    )
    for (const [index, answer] of blended.entries()) held[itemAt(own, index)] = answer
  }
  return { blend: fitWeights(family, scores, labels), held }
}

/** The level is that of the weighed mean of the models: scores are stretched about it. */
function fitWeights(family: BlendFamily, scores: readonly Float64Array[], labels: ArrayLike<number>): Blend {
  const { weights } = fitBlend({ family, scores, labels })
  const sum = weights.reduce((total, weight) => total + weight, 0)
  if (!(sum > 0)) return { weights, intercept: 0 }
  const shares = { weights: weights.map((weight) => weight / sum), intercept: 0 }
  const mean = applyBlend(shares, scores).reduce((total, score) => total + score, 0) / labels.length
  return { weights, intercept: (1 - sum) * mean }
}

function pick(values: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => elementAt(values, row))
}

function zeros(length: number): Float64Array {
  return new Float64Array(length)
}
