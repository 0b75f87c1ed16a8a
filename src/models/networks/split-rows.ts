import type { Random } from '../../math/random.ts'
import { holdOut, pickLearningRows } from '../hold-out.ts'
import type { LearningRows } from '../learner.ts'

/** Rows that count, and rows that tell when to stop: those given, else a share of people held out, where there is one. */
export function splitRows(
  rows: LearningRows,
  validation: LearningRows | undefined,
  share: number,
  random: Random,
): { readonly rest: LearningRows; readonly held: LearningRows | undefined } {
  const counted = withoutIdle(rows)
  if (validation !== undefined) return { rest: counted, held: withoutIdle(validation) }
  const split = share > 0 ? holdOut(counted, share, random.fork('held out')) : undefined
  return split ?? { rest: counted, held: undefined }
}

/** Without rows of weight 0, which must not shape scales either. */
function withoutIdle(rows: LearningRows): LearningRows {
  const { weights, dataset } = rows
  if (weights === undefined) return rows
  return pickLearningRows(
    rows,
    Uint32Array.from(dataset.rowIds.keys()).filter((row) => (weights[row] ?? 0) > 0),
  )
}
