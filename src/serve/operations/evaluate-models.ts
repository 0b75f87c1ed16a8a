import { z } from 'zod'
import type { Bilingual } from '../../core/language.ts'
import type { Evaluation } from '../../evaluate/evaluation.ts'
import type { Operation } from '../operation.ts'
import { renderEvaluation } from '../render-evaluation.ts'
import { runTraining } from '../run-training.ts'
import { effortOf, type SearchEffort, searchEffort } from '../search-effort.ts'

type Evaluated = {
  readonly asOf: string
  readonly evaluations: readonly Evaluation[]
  readonly skipped: readonly { readonly model: string; readonly reason: Bilingual }[]
}

/** `evaluate`: judges every model on the time before the cut again, and changes nothing. */
export const evaluateModels: Operation<
  { models: string[]; asOf?: string | undefined } & SearchEffort,
  Evaluated
> = {
  name: 'evaluate',
  input: z.object({
    models: z.array(z.string()),
    asOf: z.string().optional(),
    ...searchEffort,
  }),
  run: async ({ models, asOf, ...effort }, context) => {
    const { asOfMs, answer } = await runTraining<'evaluate'>(
      { kind: 'evaluate', models, ...effortOf(effort) },
      asOf,
      context,
    )
    return { asOf: new Date(asOfMs).toISOString(), ...answer }
  },
  render: ({ evaluations, skipped }, language) =>
    [
      ...evaluations.map((evaluation) => renderEvaluation(evaluation, language)),
      ...skipped.map(({ model, reason }) => `${model}: ${reason[language]}`),
    ].join('\n\n'),
}
