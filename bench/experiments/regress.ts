import { AppError } from '../../src/core/errors.ts'
import { type Experiment, optionValue } from '../experiment.ts'
import { judgeNist } from '../regress/nist.ts'
import { judgeTable } from '../regress/table-folds.ts'

/** Linear regression: right digits on NIST's certified problems, or out-of-fold errors on any table. */
export const experiment: Experiment = {
  summary: 'digits of least squares on certified files (--nist), or ridge regression on a table (--file)',
  options: {
    nist: { summary: 'a NIST StRD .dat file or a folder of them; may be repeated', multiple: true },
    file: { summary: 'CSV or TSV with a header, may be gzipped' },
    label: { summary: 'the numeric column to predict' },
    drop: { summary: 'a column to leave out; may be repeated', multiple: true },
    folds: { summary: 'number of folds; 10 when left out' },
    seed: { summary: 'seed of folds and intervals; 1 when left out' },
  },
  run(options, say) {
    const [file, label] = [optionValue(options, 'file'), optionValue(options, 'label')]
    if (options.nist !== undefined && file === undefined) return judgeNist(options.nist)
    if (file === undefined || label === undefined || options.nist !== undefined)
      throw new AppError('bad_usage', 'give either --nist, or --file and --label')
    const [foldCount, seed] = [
      Number(optionValue(options, 'folds') ?? 10),
      Number(optionValue(options, 'seed') ?? 1),
    ]
    if (!Number.isInteger(foldCount) || foldCount < 2 || foldCount > 255 || !Number.isInteger(seed))
      throw new AppError('bad_usage', '--folds must be a whole number in 2..255 and --seed a whole number')
    return judgeTable({ file, label, drop: options.drop ?? [], foldCount, seed }, say)
  },
}
