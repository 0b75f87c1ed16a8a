import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { listActiveModels, loadModel, type RegisteredModel } from '../../train/registry.ts'
import type { Operation } from '../operation.ts'
import { renderEvaluation } from '../render-evaluation.ts'

/** `models show NAME|VERSION`: a fit with its evaluation; its weights with `--json`. */
export const showModel: Operation<{ key: string }, RegisteredModel> = {
  name: 'models.show',
  input: z.object({ key: z.string().min(1) }),
  run: async ({ key }, { engine }) => {
    const model = await loadModel(engine.database, key)
    if (model) return model
    throw new AppError(
      'not_found',
      { en: `there is no model ${key}`, zh: `没有模型 ${key}` },
      {
        expected: (await listActiveModels(engine.database)).map(({ name }) => name).join(', ') || '–',
        wayOut: { en: '`likeness models ls` lists them.', zh: '`likeness models ls` 可列出全部模型。' },
      },
    )
  },
  render: (model, language) =>
    [
      `${model.version} (${model.status})`,
      ...(model.evaluation ? [renderEvaluation(model.evaluation, language)] : []),
    ].join('\n'),
}
