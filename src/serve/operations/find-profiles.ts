import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Bilingual } from '../../core/language.ts'
import type { Database } from '../../database/database.ts'
import { type FoundProfile, findProfiles as find } from '../../profiles/find-profiles.ts'
import { loadGroupNames } from '../../profiles/group-names.ts'
import { loadQueryWords } from '../../profiles/query-words.ts'
import type { Operation } from '../operation.ts'
import { formatNumber, pick, textTable } from '../render.ts'
import { similarWords } from '../similar-words.ts'

const range = z.object({ low: z.number(), high: z.number() })
const input = z.object({
  trait: z.object({ name: z.string(), value: z.string() }).optional(),
  feature: range.extend({ name: z.string() }).optional(),
  group: z.string().optional(),
  score: range.extend({ model: z.string(), horizonDays: z.number().int().min(0) }).optional(),
  limit: z.number().int().min(1).max(10_000).default(20),
})

type Input = z.output<typeof input>
type Found = { readonly profiles: readonly FoundProfile[] }

/** `profile find`: people by trait, feature, group or score. */
export const findProfiles: Operation<Input, Found> = {
  name: 'profile.find',
  input,
  run: async (input, { engine: { database } }) => {
    const { trait, feature, group, score, limit } = input
    const profiles = await find(database, {
      limit,
      ...(trait ? { trait } : {}),
      ...(feature ? { feature } : {}),
      ...(group === undefined ? {} : { group: await findGroup(database, group) }),
      ...(score ? { score } : {}),
    })
    // A misspelt name fits nobody, but a feature that nobody has is 0: only then is it worth looking.
    if (profiles.length === 0 || feature !== undefined) await checkNames(database, input)
    return { profiles }
  },
  render: ({ profiles }, language) => {
    const say = pick(language)
    if (profiles.length === 0) return say('Nobody fits.', '没有符合条件的顾客。')
    return textTable(
      [
        say('profile', '画像'),
        say('orders', '订单'),
        say('spent', '消费'),
        say('country', '国家'),
        say('score', '评分'),
      ],
      profiles.map((profile) => [
        profile.id,
        formatNumber(profile.orderCount),
        profile.spend.toFixed(2),
        profile.country ?? '',
        profile.score === undefined ? '' : formatNumber(profile.score),
      ]),
    )
  },
}

/** The label of the group that is named so in either language. */
async function findGroup(database: Database, name: string): Promise<string> {
  const groups = await loadGroupNames(database)
  const isNamed = ({ en, zh }: Bilingual) =>
    [en, zh].some((each) => each.toLowerCase() === name.toLowerCase())
  const found = [...groups].find(([label, names]) => label === name || isNamed(names))
  if (found) return found[0]
  const names = [...groups.values()].map(({ en, zh }) => (en === zh ? en : `${en} (${zh})`))
  throw unknownName({ en: 'interest group', zh: '兴趣群体' }, name, names)
}

/** @throws AppError 'bad_usage' for a name that no profile has, with the names there are. */
async function checkNames(database: Database, { trait, feature, score }: Input): Promise<void> {
  const words = await loadQueryWords(database)
  if (trait && !words.traits.some((name) => name === trait.name || name === `address.${trait.name}`)) {
    throw unknownName({ en: 'trait', zh: '属性' }, trait.name, words.traits)
  }
  if (feature && !words.features.includes(feature.name)) {
    throw unknownName(
      { en: 'feature', zh: '特征' },
      feature.name,
      words.features.filter((name) => !name.includes('/')),
    )
  }
  const scoreWord = score && (score.horizonDays === 0 ? score.model : `${score.model}/${score.horizonDays}`)
  if (scoreWord !== undefined && !words.scores.includes(scoreWord)) {
    throw unknownName({ en: 'score', zh: '评分' }, scoreWord, words.scores)
  }
}

const shownNames = 12

function unknownName(kind: Bilingual, received: string, known: readonly string[]): AppError {
  const text = { en: `there is no ${kind.en} ${received}`, zh: `没有${kind.zh} ${received}` }
  const shown = known.length > shownNames ? similarWords(received, known, shownNames) : known
  const more = shown.length < known.length ? ', …' : ''
  return new AppError('bad_usage', text, { expected: `${shown.join(', ') || '–'}${more}`, received })
}
