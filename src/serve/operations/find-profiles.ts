import { z } from 'zod'
import { type FoundProfile, findProfiles as find } from '../../profiles/find-profiles.ts'
import type { Operation } from '../operation.ts'
import { formatNumber, pick, textTable } from '../render.ts'

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
  run: async ({ trait, feature, group, score, limit }, { engine }) => ({
    profiles: await find(engine.database, {
      limit,
      ...(trait ? { trait } : {}),
      ...(feature ? { feature } : {}),
      ...(group === undefined ? {} : { group }),
      ...(score ? { score } : {}),
    }),
  }),
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
