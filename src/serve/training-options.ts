import { createRandom } from '../math/random.ts'
import { loadLatestCut } from '../profiles/find-profiles.ts'
import type { TrainAllOptions } from '../train/train-models.ts'
import { parseAsOf } from './as-of.ts'
import type { OperationContext } from './operation.ts'

/** What training needs, from the words of a command: without a cut, the one that profiles were built for. */
export async function trainingOptions(
  input: { readonly models: readonly string[]; readonly asOf?: string | undefined },
  { engine, progress, signal }: OperationContext,
): Promise<TrainAllOptions> {
  const { config, database, now } = engine
  return {
    asOfMs:
      input.asOf === undefined
        ? await loadLatestCut(database)
        : parseAsOf(input.asOf, { timeZone: config.timeZone, nowMs: now().getTime() }),
    timeZone: config.timeZone,
    models: input.models,
    random: createRandom(config.seed),
    definitions: engine.features.all(),
    progress,
    signal,
  }
}
