import { z } from 'zod'
import type { Bilingual } from '../../core/language.ts'
import type { Verdict } from '../../evaluate/evaluation.ts'
import { saveNeeds } from '../../profiles/needs.ts'
import { saveScores } from '../../profiles/score.ts'
import { registerModel } from '../../train/registry.ts'
import { trainAll } from '../../train/train-models.ts'
import type { Operation } from '../operation.ts'
import { pick, textTable } from '../render.ts'
import { trainingOptions } from '../training-options.ts'

type Trained = {
  readonly asOf: string
  readonly models: readonly {
    readonly name: string
    readonly version: string
    readonly scoreCount: number
    readonly verdict?: Verdict
  }[]
  readonly skipped: readonly { readonly model: string; readonly reason: Bilingual }[]
}

/** `train [MODEL…]`: fits, judges, registers and scores everybody. */
export const trainModels: Operation<{ models: string[]; asOf?: string | undefined }, Trained> = {
  name: 'train',
  input: z.object({
    models: z.array(z.string()),
    asOf: z.string().optional(),
  }),
  run: async (input, context) => {
    const { database, now } = context.engine
    const options = await trainingOptions(input, context)
    const { models, skipped } = await trainAll(database, options)
    for (const model of models) {
      await saveScores(database, model.scores, now(), context.signal)
      await saveNeeds(database, model.needs ?? [], now(), context.signal)
      await registerModel(database, model, { asOfMs: options.asOfMs, now: now() })
    }
    await context.engine.living.forgetLearned()
    return {
      asOf: new Date(options.asOfMs).toISOString(),
      models: models.map(({ name, version, scores, needs = [], evaluation }) => ({
        name,
        version,
        scoreCount: scores.length + needs.length,
        ...(evaluation ? { verdict: evaluation.verdict } : {}),
      })),
      skipped,
    }
  },
  render: ({ models, skipped }, language) => {
    const say = pick(language)
    const verdicts = {
      better: say('better than', '优于'),
      unclear: say('no clear gain over', '无明显优势于'),
      worse: say('worse than', '不如'),
    }
    const rows = models.map(({ name, scoreCount, verdict }) => [
      name,
      String(scoreCount),
      verdict ? `${verdicts[verdict.kind]} “${verdict.baseline[language]}” (${verdict.metric})` : '',
    ])
    return [
      ...(rows.length === 0
        ? []
        : [textTable([say('model', '模型'), say('scores', '评分数'), say('judged', '评判')], rows)]),
      ...skipped.map(({ model, reason }) => `${say('left out', '略过')} ${model}: ${reason[language]}`),
    ].join('\n')
  },
}
