import type { ProfileStore } from '../profile-store.ts'

/** A store that lies beside the journal's environment, as one on other machines would: what is staged is made at once. */
export function actAsRemote(profiles: ProfileStore): ProfileStore {
  return {
    ...profiles,
    async stage(change) {
      const { commit } = await profiles.stage(change)
      commit()
      return { commit: () => undefined }
    },
  }
}
