import type { Task } from '../learner.ts'
import type { BlendFamily } from './blend.ts'

/** What a stack can be asked. */
export type StackTask = Extract<Task, { readonly kind: 'amount' | 'count' | 'chance' }>

export function familyOf({ kind }: StackTask): BlendFamily {
  switch (kind) {
    case 'amount':
      return 'squared'
    case 'count':
      return 'poisson'
    case 'chance':
      return 'logistic'
    default:
      return kind satisfies never
  }
}

/** Answers as scores that add up: amounts as they are, logarithms of means, log-odds. */
export function toScores({ kind }: StackTask, answers: Float64Array): Float64Array {
  switch (kind) {
    case 'amount':
      return answers
    case 'count':
      return answers.map((mean) => Math.log(Math.max(1e-9, mean)))
    case 'chance':
      return answers.map(logOddsOf)
    default:
      return kind satisfies never
  }
}

export function toAnswers({ kind }: StackTask, scores: Float64Array): Float64Array {
  switch (kind) {
    case 'amount':
      return scores
    case 'count':
      return scores.map((score) => Math.min(Number.MAX_VALUE, Math.exp(score)))
    case 'chance':
      return scores.map((odds) => 1 / (1 + Math.exp(-odds)))
    default:
      return kind satisfies never
  }
}

/** Kept finite: a member's certainty must not outweigh all others. */
function logOddsOf(probability: number): number {
  const inside = Math.min(1 - 1e-9, Math.max(1e-9, probability))
  return Math.log(inside / (1 - inside))
}
