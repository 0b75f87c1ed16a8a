import { z } from 'zod'
import { listModels as list, type ModelEntry } from '../../train/registry.ts'
import type { Operation } from '../operation.ts'
import { pick, textTable } from '../render.ts'

type Listed = { readonly models: readonly Omit<ModelEntry, 'evaluation'>[] }

/** `models ls`: every registered fit, newest first. */
export const listModels: Operation<Record<string, never>, Listed> = {
  name: 'models.ls',
  input: z.object({}),
  run: async (_input, { engine }) => ({
    models: (await list(engine.database)).map(({ evaluation, ...entry }) => ({
      ...entry,
      ...(evaluation ? { verdict: evaluation.verdict } : {}),
    })),
  }),
  render: ({ models }, language) => {
    const say = pick(language)
    if (models.length === 0) return say('No model was trained yet.', '尚未训练任何模型。')
    return textTable(
      [say('model', '模型'), say('status', '状态'), say('as of', '截至'), say('registered', '登记时间')],
      models.map((model) => [
        model.name,
        model.status,
        model.asOf.slice(0, 16),
        model.registeredAt.slice(0, 16),
      ]),
    )
  },
}
