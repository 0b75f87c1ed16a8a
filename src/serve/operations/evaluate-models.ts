import { z } from 'zod'
import type { Bilingual } from '../../core/language.ts'
import type { Evaluation } from '../../evaluate/evaluation.ts'
import { trainAll } from '../../train/train-models.ts'
import type { Operation } from '../operation.ts'
import { renderEvaluation } from '../render-evaluation.ts'
import { trainingOptions } from '../training-options.ts'

type Evaluated = {
  readonly asOf: string
  readonly evaluations: readonly Evaluation[]
  readonly skipped: readonly { readonly model: string; readonly reason: Bilingual }[]
}

/** `evaluate`: judges every model on the time before the cut again, and changes nothing. */
export const evaluateModels: Operation<{ models: string[]; asOf?: string | undefined }, Evaluated> = {
  name: 'evaluate',
  input: z.object({
    models: z.array(z.string()),
    asOf: z.string().optional(),
  }),
  run: async (input, context) => {
    const options = await trainingOptions(input, context)
    const { models, skipped } = await trainAll(context.engine.database, options)
    return {
      asOf: new Date(options.asOfMs).toISOString(),
      evaluations: models.flatMap(({ evaluation }) => (evaluation ? [evaluation] : [])),
      skipped,
    }
  },
  render: ({ evaluations, skipped }, language) =>
    [
      ...evaluations.map((evaluation) => renderEvaluation(evaluation, language)),
      ...skipped.map(({ model, reason }) => `${model}: ${reason[language]}`),
    ].join('\n\n'),
}
