import { AppError } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'
import type { Profile } from '../profiles/profile.ts'
import type { ProfileReader, ReadyAnswer } from '../profiles/profile-reader.ts'

export const missingReasons = ['malformed', 'unknown', 'shared', 'no_record'] as const
/** Why an id leads to no record. */
export type MissingReason = (typeof missingReasons)[number]

/** What an id led to. */
export type ProfileAnswer =
  | { readonly kind: 'found'; readonly profile: Profile }
  | { readonly kind: 'missing'; readonly reason: MissingReason }

/** The records that ids of any kind lead to, in their order. */
export async function readProfiles(
  reader: ProfileReader,
  ids: readonly string[],
): Promise<readonly ProfileAnswer[]> {
  const resolved = ids.map((id) => reader.resolve(id))
  const profileIds = resolved.map((each) => ('profileId' in each ? each.profileId : undefined))
  const wanted = [...new Set(profileIds.filter((id) => id !== undefined))]
  const read = await reader.read(wanted)
  const profiles = new Map(wanted.map((id, index) => [id, read[index]]))
  return resolved.map((each, index) => {
    const profile = profiles.get(profileIds[index] ?? '')
    if (profile !== undefined) return { kind: 'found', profile }
    return { kind: 'missing', reason: missing[each.kind] }
  })
}

const missing = {
  known: 'no_record',
  unheard: 'unknown',
  shared: 'shared',
  malformed: 'malformed',
} as const

/** @throws AppError 'not_found' or 'bad_input' for an id that leads to no record. */
export async function readProfile(reader: ProfileReader, id: string): Promise<Profile> {
  const [answer] = await readProfiles(reader, [id])
  if (answer?.kind === 'found') return answer.profile
  throw explainMissing(id, answer?.reason ?? 'unknown')
}

/** The whole record that an id leads to, ready to be sent. @throws as `readProfile`. */
export async function readAnswer(reader: ProfileReader, id: string): Promise<ReadyAnswer> {
  const resolved = reader.resolve(id)
  const profileId = 'profileId' in resolved ? resolved.profileId : undefined
  const answer = profileId === undefined ? undefined : await reader.answer(profileId)
  if (answer !== undefined) return answer
  throw explainMissing(id, missing[resolved.kind])
}

/** The profile that an id names, whether or not there is a record. @throws AppError 'not_found' or 'bad_input'. */
export function resolveProfile(reader: ProfileReader, id: string): string {
  const resolved = reader.resolve(id)
  if ('profileId' in resolved && resolved.profileId !== undefined) return resolved.profileId
  throw explainMissing(id, missing[resolved.kind])
}

export function explainMissing(id: string, reason: MissingReason): AppError {
  const { text, wayOut } = texts[reason]
  const filled = (language: keyof Bilingual) => text[language].replace('ID', () => id)
  return new AppError(
    reason === 'malformed' ? 'bad_input' : 'not_found',
    { en: filled('en'), zh: filled('zh') },
    { received: id, wayOut },
  )
}

const forms: Bilingual = {
  en: 'Ask by the id of a profile, user or device, or by KIND:ID, e.g. user_id:42, email:ann@shop.example, phone:+15551234567, external:wechat:o6_b.',
  zh: '请使用画像、用户或设备编号，或 类型:编号，例如 user_id:42、email:ann@shop.example、phone:+15551234567、external:wechat:o6_b。',
}

const texts: Readonly<Record<MissingReason, { readonly text: Bilingual; readonly wayOut: Bilingual }>> = {
  malformed: {
    text: { en: "'ID' cannot be anybody's id", zh: "'ID' 不是有效的编号" },
    wayOut: forms,
  },
  unknown: {
    text: { en: 'nobody is known by the id ID', zh: '没有编号为 ID 的画像' },
    wayOut: forms,
  },
  shared: {
    text: { en: 'several people go by the id ID', zh: '编号 ID 由多人共用' },
    wayOut: {
      en: 'Ask by an id that only one of them has, such as a user id.',
      zh: '请使用仅属于其中一人的编号，例如用户编号。',
    },
  },
  no_record: {
    text: { en: 'ID is known, but nothing is kept of it', zh: '编号 ID 已知，但没有任何记录' },
    wayOut: {
      en: 'A record begins with the first event or trait; those of robots do not count.',
      zh: '首个行为或属性到达后即生成画像；机器人的行为不计。',
    },
  },
}
