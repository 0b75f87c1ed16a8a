import { z } from 'zod'
import { type FeatureExplanation, listFeatures as list } from '../../features/describe-features.ts'
import type { Operation } from '../operation.ts'
import { pick, textTable } from '../render.ts'

type Listed = { readonly features: readonly FeatureExplanation[] }

/** `features ls`: every feature with its meaning. */
export const listFeatures: Operation<Record<string, never>, Listed> = {
  name: 'features.ls',
  input: z.object({}),
  startsEmpty: true,
  run: async (_, { engine }) => ({ features: list(engine.features.all()) }),
  render: ({ features }, language) => {
    const say = pick(language)
    return textTable(
      [say('feature', '特征'), say('meaning', '含义'), say('unit', '单位')],
      features.map((feature) => [feature.name, feature.meaning[language], feature.unit[language]]),
    )
  },
}
