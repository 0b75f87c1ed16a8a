import type { Random } from '../../src/math/random.ts'
import { classSetsOf, fitClassSets, toTwoClasses } from '../../src/models/conformal.ts'

const coverage = 0.9

/** Conformal sets of 90 %: fitted on each half of the out-of-fold answers, judged on the other. */
export function judgeClassSets(labels: Float64Array, said: Float64Array, random: Random) {
  const rows = random.shuffle(Uint32Array.from(labels.keys()))
  const half = Math.floor(rows.length / 2)
  const [first, second] = [rows.subarray(0, half), rows.subarray(half)]
  const held = [0, 0]
  const counts = [0, 0]
  let size = 0
  for (const [fitted, judged] of [
    [first, second],
    [second, first],
  ] as const) {
    const sets = fitClassSets(toTwoClasses(pick(said, fitted)), pick(labels, fitted), {
      classCount: 2,
      coverage,
    })
    for (const [place, set] of classSetsOf(sets, toTwoClasses(pick(said, judged))).entries()) {
      const label = labels[judged[place] ?? 0] ?? 0
      counts[label] = (counts[label] ?? 0) + 1
      if (set.includes(label)) held[label] = (held[label] ?? 0) + 1
      size += set.length
    }
  }
  const shareOf = (label: number) => (held[label] ?? 0) / (counts[label] ?? 0)
  return { setCoverageOfYes: shareOf(1), setCoverageOfNo: shareOf(0), meanSetSize: size / rows.length }
}

function pick(values: Float64Array, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row] ?? Number.NaN)
}
