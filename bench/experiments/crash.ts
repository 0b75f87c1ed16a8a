import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { createRandom } from '../../src/math/random.ts'
import { type Contender, type Experiment, parseOptions } from '../experiment.ts'
import { runCrashRounds } from '../ingest/crash-rounds.ts'
import { runFullDisk } from '../ingest/full-disk.ts'

const optionsSchema = z.object({
  kills: z.coerce.number().int().min(1).default(200),
  seed: z.coerce.number().int().default(1),
})

/** Kills under load: what was acknowledged is there, once. */
export const experiment: Experiment = {
  summary:
    'kills (SIGKILL) under load: acknowledged events lost, events stored twice, the identity graph replayed',
  options: {
    kills: { summary: 'how often the server is killed; 200' },
    seed: { summary: 'seed of the moments; 1' },
  },
  async run(options, say) {
    const { kills, seed } = parseOptions(optionsSchema, options)
    const folder = mkdtempSync(join(tmpdir(), 'likeness-crash-'))
    const startedMs = performance.now()
    try {
      const rounds = {
        folder,
        kills,
        longestLoadMs: 1_050,
        connections: 64,
        batchSize: 20,
        random: createRandom(seed),
        say,
      }
      const { isGraphReplayed, otherAnswers, ...counts } = await runCrashRounds(rounds)
      const seconds = (performance.now() - startedMs) / 1000
      const full = await runFullDisks(folder, say)
      const other = Object.values(otherAnswers).reduce((sum, count) => sum + count, 0)
      const metrics = { ...counts, graphReplayed: Number(isGraphReplayed), otherAnswers: other }
      return {
        experiment: 'crash',
        dataset: { kills, connections: 64, batch: 20 },
        split: 'killed at random moments between .15 and 1.05 s after the load begins',
        seed,
        models: [{ name: 'killed under load', metrics, seconds }, ...full],
        baselines: [],
        notes: [
          ...(full.length === 0
            ? ['full disk: left out, since this machine does not let a process mount']
            : []),

          'lost: acknowledged and not stored; twice: stored more than once; graphReplayed 1: the graph equals a replay',
        ],
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** With a reserve, which stops the taking in before the disk is full, and without, to its last byte. */
async function runFullDisks(folder: string, say: (line: string) => void): Promise<readonly Contender[]> {
  const contenders: Contender[] = []
  for (const reserveMb of [32, 0]) {
    const startedMs = performance.now()
    const result = await runFullDisk(folder, reserveMb, say)
    if (result === undefined) continue
    const { isGraphReplayed, answers, ...counts } = result
    const refused = answers['503'] ?? 0
    const other = Object.entries(answers).reduce(
      (sum, [status, count]) => sum + (status === '200' || status === '503' ? 0 : count),
      0,
    )
    contenders.push({
      name: `full disk, ${reserveMb} MB kept`,
      metrics: { ...counts, graphReplayed: Number(isGraphReplayed), refused, otherAnswers: other },
      seconds: (performance.now() - startedMs) / 1000,
    })
  }
  return contenders
}
