import type { Random } from '../../src/math/random.ts'
import { type PretrainingSettings, pretrainTextTransformer } from '../../src/models/text-pretraining.ts'
import type { TextTransformer } from '../../src/models/text-transformer.ts'
import { keepModel, readKept } from './keep-model.ts'

export type PretrainOptions = {
  readonly settings: PretrainingSettings
  /** Where the state is kept after each round, so that a run that was cut off is gone on with. */
  readonly keepIn?: string | undefined
  readonly random: Random
  readonly say: (line: string) => void
}

/** Pretrains on texts, telling from time to time how far it is, its loss and the time left. */
export async function pretrain(
  texts: readonly string[],
  { settings, keepIn, random, say }: PretrainOptions,
): Promise<TextTransformer> {
  const begun = { atMs: performance.now(), done: 0, saidMs: 0 }
  const resume = keepIn === undefined ? undefined : readKept(keepIn, 'pretraining')
  return pretrainTextTransformer(texts, settings, {
    random,
    resume,
    ...(keepIn !== undefined && { keep: (state) => keepModel(keepIn, 'pretraining', state) }),
    progress({ done, total, loss = Number.NaN }) {
      if (begun.done === 0) begun.done = done
      const nowMs = performance.now()
      if (nowMs - begun.saidMs < sayEveryMs && done < total) return
      begun.saidMs = nowMs
      const leftMs = ((nowMs - begun.atMs) / (done - begun.done + 1)) * (total - done)
      say(`${done} of ${total} texts read, loss ${loss.toFixed(2)}, ${Math.round(leftMs / 1000)} s left`)
    },
  })
}

const sayEveryMs = 10_000
