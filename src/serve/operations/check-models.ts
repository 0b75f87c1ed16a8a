import { z } from 'zod'
import type { ModelHealth } from '../../evaluate/model-health.ts'
import type { Operation } from '../operation.ts'
import { pick } from '../render.ts'
import { renderHealth } from '../render-health.ts'
import { runTraining } from '../run-training.ts'

type Checked = { readonly models: readonly ModelHealth[] }

/** `models check`: drift, and what came of past scores, of every model in use. */
export const checkModels: Operation<Record<string, never>, Checked> = {
  name: 'models.check',
  input: z.object({}),
  run: async (_input, context) => {
    const { answer } = await runTraining<'check'>({ kind: 'check' }, undefined, context)
    for (const { name, version, alarms } of answer)
      for (const { kind, text } of alarms)
        context.engine.log.warn('model alarm', { name, version, kind, text: text.en })
    return { models: answer }
  },
  render: ({ models }, language) =>
    models.length === 0
      ? pick(language)('No model is in use.', '没有使用中的模型。')
      : models.map((health) => renderHealth(health, language)).join('\n\n'),
  isPartial: ({ models }) => models.some(({ alarms }) => alarms.length > 0),
}
