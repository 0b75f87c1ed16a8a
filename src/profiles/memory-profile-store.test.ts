import { createMemoryProfileStore } from './memory-profile-store.ts'
import { testProfileStore } from './profile-store.contract.ts'

testProfileStore('the profile store in memory', async () => ({
  profiles: createMemoryProfileStore(),
  write: async (work) => work(),
}))
