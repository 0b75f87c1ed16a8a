import { z } from 'zod'
import type { ModelHealth } from '../../evaluate/model-health.ts'
import { loadModelChecks } from '../../train/check-models.ts'
import { type RegisteredModel, requireModel } from '../../train/registry.ts'
import type { Operation } from '../operation.ts'
import { pick } from '../render.ts'
import { renderEvaluation } from '../render-evaluation.ts'
import { renderHealth } from '../render-health.ts'

type Shown = RegisteredModel & { readonly health?: ModelHealth }

/** `models show NAME|VERSION`: a fit with its evaluation and how it is doing; its weights with `--json`. */
export const showModel: Operation<{ key: string }, Shown> = {
  name: 'models.show',
  input: z.object({ key: z.string().min(1) }),
  run: async ({ key }, { engine }) => {
    const model = await requireModel(engine.database, key)
    const health = (await loadModelChecks(engine.database)).get(model.version)
    return { ...model, ...(health && { health }) }
  },
  render: ({ version, status, record, evaluation, health }, language) => {
    const say = pick(language)
    const { learnedFrom, reason, parents = [] } = record ?? {}
    return [
      `${version} (${status}${reason ? `: ${reason[language]}` : ''})`,
      ...(learnedFrom
        ? [
            say(
              `learned from ${learnedFrom.rowCount} rows of ${learnedFrom.featureNames.length} features, SHA-256 ${learnedFrom.checksum.slice(0, 16)}…`,
              `学习自 ${learnedFrom.rowCount} 行、${learnedFrom.featureNames.length} 个特征，SHA-256 ${learnedFrom.checksum.slice(0, 16)}…`,
            ),
          ]
        : []),
      ...(parents.length > 0 ? [`${say('parents', '上游版本')}: ${parents.join(', ')}`] : []),
      ...(evaluation ? [renderEvaluation(evaluation, language)] : []),
      ...(health ? [renderHealth(health, language)] : []),
    ].join('\n')
  },
}
