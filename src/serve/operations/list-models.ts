import { z } from 'zod'
import type { Verdict } from '../../evaluate/evaluation.ts'
import { listModels as list, type ModelEntry } from '../../train/registry.ts'
import type { Operation } from '../operation.ts'
import { pick, textTable } from '../render.ts'
import { verdictWords } from '../verdict-words.ts'

type Listed = {
  readonly models: readonly (Omit<ModelEntry, 'evaluation'> & { readonly verdict?: Verdict })[]
}

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
      [say('version', '版本'), say('status', '状态'), say('judged', '评判'), say('registered', '登记时间')],
      models.map((model) => [
        model.version,
        model.status,
        model.verdict
          ? `${verdictWords(model.verdict.kind, language)} “${model.verdict.baseline[language]}”`
          : '',
        model.registeredAt.slice(0, 16),
      ]),
    )
  },
}
