import type { Feeds } from '../../tensor/onnx-session.ts'
import { weightsOf } from '../check-learning.ts'
import type { LearningRows } from '../learner.ts'
import { feedHead, type Head, labelsForHead } from './head.ts'

/** Rows as batches: the inputs of any of them with what the head reads. */
export type Batches = {
  readonly rowCount: number
  readonly feedOf: (rows: Uint32Array) => Feeds
  /** How much the rows of a batch weigh together. */
  readonly weightOf: (rows: Uint32Array) => number
  /** |answer − label| of each row, times its weight, added up; of a class, 1 less the probability of the right one. */
  readonly errorOf: (rows: Uint32Array, answers: Float32Array) => number
  /** Rows in batches of about so many; as they come where undefined. */
  readonly cut?: (order: Uint32Array, size: number) => readonly Uint32Array[]
  /** The form of the network that reads a batch; the first where undefined. */
  readonly formOf?: (rows: Uint32Array) => number
}

export function batchesOf(
  head: Head,
  rows: Pick<LearningRows, 'labels' | 'weights'>,
  inputsOf: (rows: Uint32Array) => Feeds,
): Batches {
  const read = labelsForHead(head, rows)
  const weights = weightsOf(rows)
  const errorAt = (row: number, place: number, answers: Float32Array): number => {
    const label = rows.labels[row] ?? Number.NaN
    const { task } = head
    return task.kind === 'class'
      ? 1 - (answers[place * task.classCount + label] ?? Number.NaN)
      : Math.abs((answers[place] ?? Number.NaN) - label)
  }
  return {
    rowCount: rows.labels.length,
    feedOf: (places) => ({ ...inputsOf(places), ...feedHead(head, read, places) }),
    weightOf: (places) => places.reduce((sum, row) => sum + (weights[row] ?? 0), 0),
    errorOf: (places, answers) =>
      places.reduce((sum, row, place) => sum + (weights[row] ?? 0) * errorAt(row, place, answers), 0),
  }
}
