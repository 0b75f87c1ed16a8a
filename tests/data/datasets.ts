import { join } from 'node:path'
import { createContactHasher } from '../../src/collect/contact-hash.ts'
import { createContactProtection } from '../../src/collect/protect-contacts.ts'

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
