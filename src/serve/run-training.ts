import { loadLatestCut } from '../profiles/find-profiles.ts'
import { trainInWorker } from '../train/train-in-worker.ts'
import type { JobAnswers, TrainingJob } from '../train/training-job.ts'
import { parseAsOf } from './as-of.ts'
import type { OperationContext } from './operation.ts'

type Asked<Kind extends TrainingJob['kind']> = Omit<
  Extract<TrainingJob, { kind: Kind }>,
  'asOfMs' | 'timeZone' | 'seed' | 'definitions' | 'nowMs' | 'costs'
>

/**
 * Has a job done in a process of its own, with what the engine is configured to: without a cut, as of the one that profiles were
 * built for. One at a time: whoever comes next waits.
 */
export async function runTraining<Kind extends TrainingJob['kind']>(
  asked: Asked<Kind>,
  asOf: string | undefined,
  { engine, progress, signal }: OperationContext,
): Promise<{ readonly asOfMs: number; readonly answer: JobAnswers[Kind] }> {
  const { config, database, now } = engine
  const { timeZone, seed, decisionCosts: costs } = config
  const asOfMs =
    asOf === undefined ? await loadLatestCut(database) : parseAsOf(asOf, { timeZone, nowMs: now().getTime() })
  const definitions = engine.features.all()
  const nowMs = now().getTime()
  // The job is what was asked with the engine's part, which is the same for every kind.
  const engines = { asOfMs, timeZone, seed, definitions, nowMs, ...(costs && { costs }) }
  const job = { ...asked, ...engines } as unknown as Extract<TrainingJob, { kind: Kind }>
  const train = () => trainInWorker<Kind>(database, job, { progress, signal })
  return { asOfMs, answer: await database.takeTurns('training', train, signal) }
}
