import type { ImportOptions } from '../src/collect/import-file.ts'
import { type ImportFormat, importFormats } from '../src/collect/import-formats.ts'
import { readMappingFile } from '../src/collect/mapping.ts'
import { AppError } from '../src/core/errors.ts'
import { type ExperimentOptions, optionValue } from './experiment.ts'

/** The names of the two options that tell how a file is read: a built-in format, or a mapping file. */
type ReadingNames = { readonly as: string; readonly map: string }

/**
 * How a file is to be read.
 * @throws AppError 'bad_usage' when neither option tells, 'bad_mapping' when the mapping is none.
 */
export async function readReading(
  options: ExperimentOptions,
  names: ReadingNames = { as: 'as', map: 'map' },
): Promise<ImportOptions['reading']> {
  const map = optionValue(options, names.map)
  if (map !== undefined) return { mapping: await readMappingFile(map) }
  const name = optionValue(options, names.as)
  const format: ImportFormat | undefined = importFormats.find((each) => each === name)
  if (format !== undefined) return { format }
  throw new AppError(
    'bad_usage',
    `say how the file is read, with --${names.map} FILE or --${names.as} FORMAT`,
    {
      expected: importFormats.join(', '),
      received: name ?? 'neither',
    },
  )
}
