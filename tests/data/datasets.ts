import { join } from 'node:path'

/** The folder of real data sets that the tests of tests/data read; the variable LIKENESS_DATASETS names another. */
export const datasetsFolder =
  process.env.LIKENESS_DATASETS ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'data')

/** Path of one data set. */
export function datasetPath(name: string): string {
  return join(datasetsFolder, name)
}
