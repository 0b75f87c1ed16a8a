import { createMemoryProfileStore } from './memory-profile-store.ts'
import { testProfileStore } from './profile-store.contract.ts'
import { actAsRemote } from './testing/remote-profile-store.ts'

testProfileStore('the profile store in memory', async () => ({
  profiles: createMemoryProfileStore(),
  write: async (work) => work(),
}))

testProfileStore('a profile store beside the journal', async () => ({
  profiles: actAsRemote(createMemoryProfileStore()),
  write: async (work) => work(),
}))
