import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import type { ProfileScore } from '../../profiles/profile.ts'
import type { Operation } from '../operation.ts'
import { readProfile } from '../read-profiles.ts'
import { pick } from '../render.ts'
import { formatScore, scoreName } from '../score-names.ts'

type Explanation = { readonly id: string; readonly scores: readonly ProfileScore[] }

/** `profile explain ID [SCORE]`: the reasons of every score, or of one. */
export const explainProfile: Operation<{ id: string; score?: string | undefined }, Explanation> = {
  name: 'profile.explain',
  input: z.object({ id: z.string().min(1), score: z.string().optional() }),
  run: async ({ id, score }, { engine }) => {
    const profile = await readProfile(engine.profiles, id)
    const all = [...profile.propensities, ...profile.needs, ...profile.lifetime]
    const scores = all.filter((each) => score === undefined || each.model === score)
    if (all.length === 0) {
      throw new AppError('not_built', { en: `profile ${id} has no scores yet`, zh: `画像 ${id} 尚无评分` })
    }
    if (scores.length === 0 && score !== undefined) {
      const known = [...new Set(all.map((each) => each.model))].join(', ')
      throw new AppError(
        'not_found',
        { en: `profile ${id} has no score ${score}`, zh: `画像 ${id} 没有评分 ${score}` },
        { expected: known, received: score },
      )
    }
    return { id, scores }
  },
  render: ({ id, scores }, language) =>
    [
      `${pick(language)('Profile', '画像')} ${id}`,
      ...scores.map((score) => renderScore(score, language)),
    ].join('\n'),
}

function renderScore(score: ProfileScore, language: Language): string {
  const title = `${scoreName(score.model, score.horizonDays)[language]}: ${formatScore(score.model, score.value)}  (${score.version})`
  return [title, ...score.reasons.map((reason) => `  - ${reason.text[language]}`)].join('\n')
}
