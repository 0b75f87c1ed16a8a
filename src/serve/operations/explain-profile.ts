import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import type { ProfileScore } from '../../profiles/profile.ts'
import type { Engine } from '../engine.ts'
import { type ExplainedFeature, explainFeature } from '../explain-feature.ts'
import { listFeatureNames } from '../feature-names.ts'
import type { Operation } from '../operation.ts'
import { readProfile } from '../read-profiles.ts'
import { pick } from '../render.ts'
import { renderExplanation } from '../render-explanation.ts'
import { formatScore, scoreName } from '../score-names.ts'
import { similarWords } from '../similar-words.ts'

type ExplainedScores = { readonly id: string; readonly scores: readonly ProfileScore[] }

type Explanation =
  | ({ readonly kind: 'scores' } & ExplainedScores)
  | ({ readonly kind: 'feature' } & ExplainedFeature)

const input = z.object({
  id: z.string().min(1),
  /** Of a score or a feature. */
  name: z.string().min(1).optional(),
  limit: z.number().int().min(1).max(1000).default(20),
})

/** `profile explain ID [NAME]`: the reasons of every score or of one, or the events behind a feature. */
export const explainProfile: Operation<z.output<typeof input>, Explanation> = {
  name: 'profile.explain',
  input,
  run: async ({ id, name, limit }, { engine, signal }) => {
    const features = listFeatureNames(engine.features.all(), 'any')
    if (name !== undefined && features.includes(name.replace(/\/.*$/s, ''))) {
      return { kind: 'feature', ...(await explainFeature(engine, { id, feature: name, limit, signal })) }
    }
    return { kind: 'scores', ...(await explainScores(engine, id, name)) }
  },
  render: (explanation, language) =>
    explanation.kind === 'feature'
      ? renderExplanation(explanation, language)
      : [
          `${pick(language)('Profile', '画像')} ${explanation.id}`,
          ...explanation.scores.map((score) => renderScore(score, language)),
        ].join('\n'),
}

/**
 * The reasons of the scores in somebody's record.
 * @throws AppError 'not_built' where there are none, 'not_found' for one that there is not.
 */
export async function explainScores(
  { profiles, features }: Pick<Engine, 'profiles' | 'features'>,
  id: string,
  name: string | undefined,
): Promise<ExplainedScores> {
  const profile = await readProfile(profiles, id)
  const all = [...profile.propensities, ...profile.needs, ...profile.lifetime]
  const scores = all.filter((each) => name === undefined || each.model === name)
  if (scores.length > 0) return { id: profile.id, scores }
  if (name !== undefined) {
    const known = [...all.map(({ model }) => model), ...listFeatureNames(features.all(), 'any')]
    throw unknownName(profile.id, name, [...new Set(known)])
  }
  throw new AppError('not_built', {
    en: `profile ${profile.id} has no scores yet`,
    zh: `画像 ${profile.id} 尚无评分`,
  })
}

function unknownName(id: string, name: string, known: readonly string[]): AppError {
  return new AppError(
    'not_found',
    { en: `profile ${id} has no score or feature ${name}`, zh: `画像 ${id} 没有评分或特征 ${name}` },
    {
      expected: similarWords(name, known, 5).join(', '),
      received: name,
      wayOut: {
        en: '`likeness features ls` lists the features, `likeness profile get` the scores.',
        zh: '`likeness features ls` 列出特征，`likeness profile get` 列出评分。',
      },
    },
  )
}

function renderScore(score: ProfileScore, language: Language): string {
  const title = `${pick(language)('Score', '评分')} ${scoreName(score.model, score.horizonDays)[language]}: ${formatScore(score.model, score.value)}  (${score.version})`
  return [title, ...score.reasons.map((reason) => `  - ${reason.text[language]}`)].join('\n')
}
