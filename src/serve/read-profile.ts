import { AppError } from '../core/errors.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Engine } from './engine.ts'

/**
 * The profile of one person as it is now.
 * @throws AppError 'not_found' for somebody of whom nothing is known.
 */
export async function readProfile({ profiles }: Pick<Engine, 'profiles'>, id: string): Promise<Profile> {
  const profile = await profiles.read(id)
  if (profile !== undefined) return profile
  throw new AppError(
    'not_found',
    { en: `no profile has the id ${id}`, zh: `没有编号为 ${id} 的画像` },
    {
      wayOut: {
        en: '`likeness profile find` lists people; events of a new one are told of within a second.',
        zh: '可用 `likeness profile find` 列出画像；新顾客的行为会在一秒内计入。',
      },
    },
  )
}
