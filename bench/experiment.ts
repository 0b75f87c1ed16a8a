import type { z } from 'zod'
import { AppError } from '../src/core/errors.ts'

/** A named set of figures: a model or a trivial baseline on the experiment's test rows. */
export type Contender = {
  readonly name: string
  /** Metric → value; an interval is `{ value, low, high }` (95 %, entities resampled). */
  readonly metrics: Readonly<Record<string, number | { value: number; low: number; high: number }>>
  readonly seconds: number
}

/** What `npm run bench -- NAME --json` prints. */
export type ExperimentResult = {
  readonly experiment: string
  readonly dataset: Readonly<Record<string, number | string>>
  readonly split: string
  readonly seed: number
  readonly models: readonly Contender[]
  readonly baselines: readonly Contender[]
  /** Remarks a reader needs, e.g. that a rival could not be run and why. */
  readonly notes?: readonly string[]
}

/** One option of an experiment, as `--name VALUE` on the command line. */
type ExperimentOption = {
  readonly summary: string
  readonly required?: boolean
  readonly multiple?: boolean
}

/** An experiment that runs on any file of its shape; it never looks at a file's name. */
export type Experiment = {
  readonly summary: string
  readonly options: Readonly<Record<string, ExperimentOption>>
  run(options: ExperimentOptions, say: (line: string) => void): Promise<ExperimentResult>
}

export type ExperimentOptions = Readonly<Record<string, readonly string[]>>

/** The single value of an option; undefined when it was not given. */
export function optionValue(options: ExperimentOptions, name: string): string | undefined {
  return options[name]?.[0]
}

/**
 * The options as a schema has them, each given once.
 * @throws AppError 'bad_usage' that names every wrong one.
 */
export function parseOptions<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  options: ExperimentOptions,
): z.infer<z.ZodObject<Shape>> {
  const names = Object.keys(schema.shape)
  const parsed = schema.safeParse(Object.fromEntries(names.map((name) => [name, optionValue(options, name)])))
  if (parsed.success) return parsed.data
  const wrong = parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`)
  throw new AppError('bad_usage', wrong.join('; '))
}
