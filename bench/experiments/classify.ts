import { AppError } from '../../src/core/errors.ts'
import { judgeFolds } from '../classify/judge-folds.ts'
import { type Experiment, type ExperimentOptions, optionValue } from '../experiment.ts'

/** Yes or no from a table of numbers and texts: logistic regression, boosting and their stack beside rivals. */
export const experiment: Experiment = {
  summary: 'probability of a yes/no label from the other columns of a table, out of fold',
  options: {
    file: { summary: 'CSV or TSV with a header, may be gzipped', required: true },
    label: { summary: 'the column to predict: TRUE/FALSE, yes/no or 1/0', required: true },
    positive: { summary: 'the cell of the label that counts as yes, where it is another' },
    drop: { summary: 'a column to leave out; may be repeated', multiple: true },
    folds: { summary: 'number of folds; 10 when left out' },
    seeds: { summary: 'how many fold seeds are averaged; 5 when left out' },
    seed: { summary: 'the first fold seed; 1 when left out' },
  },
  run(options, say) {
    const [foldCount, seedCount] = [numberOf(options, 'folds', 10), numberOf(options, 'seeds', 5)]
    const seed = numberOf(options, 'seed', 1)
    if (foldCount < 2 || foldCount > 255 || seedCount < 1)
      throw new AppError('bad_usage', '--folds must be in 2..255 and --seeds at least 1')
    return judgeFolds(
      {
        file: optionValue(options, 'file') ?? '',
        label: optionValue(options, 'label') ?? '',
        drop: options.drop ?? [],
        positive: optionValue(options, 'positive'),
        foldCount,
        seeds: Array.from({ length: seedCount }, (_, index) => seed + index),
      },
      say,
    )
  },
}

function numberOf(options: ExperimentOptions, name: string, standard: number): number {
  const value = Number(optionValue(options, name) ?? standard)
  if (Number.isInteger(value)) return value
  throw new AppError('bad_usage', `--${name} must be a whole number`)
}
