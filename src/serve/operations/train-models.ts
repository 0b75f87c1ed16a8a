import { z } from 'zod'
import type { Language } from '../../core/language.ts'
import type { AdoptedModel, Adoption, Answer } from '../../train/adopt-models.ts'
import type { Operation } from '../operation.ts'
import { pick, textTable } from '../render.ts'
import { runTraining } from '../run-training.ts'
import { effortOf, type SearchEffort, searchEffort } from '../search-effort.ts'
import { verdictWords } from '../verdict-words.ts'

type Trained = Adoption & { readonly asOf: string }

/** `train [MODEL…]`: fits, judges, registers and scores everybody; what is no better than its baseline is not used. */
export const trainModels: Operation<
  { models: string[]; asOf?: string | undefined; force?: boolean | undefined } & SearchEffort,
  Trained
> = {
  name: 'train',
  input: z.object({
    models: z.array(z.string()),
    asOf: z.string().optional(),
    force: z.boolean().optional(),
    ...searchEffort,
  }),
  run: async ({ models, asOf, force = false, ...effort }, context) => {
    const { asOfMs, answer } = await runTraining<'train'>(
      { kind: 'train', models, isForced: force, ...effortOf(effort) },
      asOf,
      context,
    )
    await context.engine.living.forgetLearned()
    return { asOf: new Date(asOfMs).toISOString(), ...answer }
  },
  render: ({ models, skipped }, language) => {
    const say = pick(language)
    const head = [
      say('model', '模型'),
      say('scores', '评分数'),
      say('judged', '评判'),
      say('answers', '当前使用'),
    ]
    const rows = models.map((model) => [
      model.name,
      String(model.answeredBy.scoreCount),
      judgement(model, language),
      nameAnswer(model.answeredBy, language),
    ])
    return [
      ...(rows.length === 0 ? [] : [textTable(head, rows)]),
      ...skipped.map(
        ({ model, reason, answeredBy }) =>
          `${say('left out', '略过')} ${model}: ${reason[language]} (${nameAnswer(answeredBy, language)})`,
      ),
    ].join('\n')
  },
  note: ({ models }, language) => {
    const unused = models.filter(({ isPromoted }) => !isPromoted)
    if (unused.length === 0) return undefined
    return pick(language)(
      `! Not used, being no better than a simple rule: ${unused.map(({ name }) => name).join(', ')}. Use them all the same with --force.`,
      `! 未优于简单规则，因此不使用：${unused.map(({ name }) => name).join('、')}。如仍要使用，请加 --force。`,
    )
  },
}

function judgement({ verdict }: AdoptedModel, language: Language): string {
  if (verdict === undefined) return ''
  return `${verdictWords(verdict.kind, language)} “${verdict.baseline[language]}” (${verdict.metric})`
}

function nameAnswer({ kind }: Answer, language: Language): string {
  const say = pick(language)
  switch (kind) {
    case 'new':
      return say('the new fit', '新模型')
    case 'earlier':
      return say('the fit before', '此前的模型')
    case 'rule':
      return say('the rule “as so far”', '规则“按过去的速度”')
    case 'nobody':
      return say('nobody', '无')
    default:
      return kind satisfies never
  }
}
