import { join } from 'node:path'
import { createContactHasher } from '../../src/collect/contact-hash.ts'
import { createContactProtection } from '../../src/collect/protect-contacts.ts'
import type { WhoIsWho } from '../../src/collect/who-is-who.ts'
import type { Database } from '../../src/database/database.ts'
import { openTemporaryGraph } from '../../src/identity/testing/temporary-graph.ts'
import { createWhoIsWho } from '../../src/serve/create-who-is-who.ts'

/** The folder of real data sets that the tests of tests/data read; the variable LIKENESS_DATASETS names another. */
export const datasetsFolder =
  process.env.LIKENESS_DATASETS ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'data')

/** Path of one data set. */
export function datasetPath(name: string): string {
  return join(datasetsFolder, name)
}

/** What is kept of contacts, of which the data sets have none. */
export const contacts = createContactProtection({
  hashContact: createContactHasher(Buffer.alloc(32)),
  clearPurposes: [],
})

export const importedAt = new Date('2026-11-24T00:00:00Z')

/** Nobody is known yet; dispose of it at the end. */
export function openPeople(database: Database): AsyncDisposable & { readonly who: WhoIsWho } {
  const opened = openTemporaryGraph()
  return {
    who: createWhoIsWho(opened.graph, database, () => importedAt),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}
