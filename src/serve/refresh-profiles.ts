import type { LivingProfiles } from '../profiles/living-profiles.ts'

/** Hears of the people of a stored file: what is kept of them is let go of, and read anew when they are asked for. */
export function refreshProfiles(
  profiles: LivingProfiles,
): (profileIds: AsyncIterable<readonly string[]>) => Promise<void> {
  return async (profileIds) => {
    if ((await profiles.store.count()) > 0) for await (const batch of profileIds) await profiles.forget(batch)
    profiles.clock.reload()
    await profiles.lenses.reloadItems()
  }
}
