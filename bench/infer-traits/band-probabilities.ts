/** Least probability of a band, so that no certainty is endless. */
const least = 1e-3

/** @param each of each band the probability that a row is in it, from a model of its own. @returns [rows × bands] */
export function fromRest(each: readonly Float64Array[]): Float64Array {
  return normalise(each.length, each[0]?.length ?? 0, (row, band) => each[band]?.[row] ?? 0)
}

/**
 * Frank & Hall (2001): a band's probability is what lies between its borders. Borders of models that disagree about their
 * order are brought into it.
 * @param above of each border the probability that a row lies above it. @returns [rows × bands], one band more than borders
 */
export function fromBorders(above: readonly Float64Array[]): Float64Array {
  const rowCount = above[0]?.length ?? 0
  const ordered = above.map((own) => Float64Array.from(own))
  for (const [border, own] of ordered.entries())
    for (let row = 0; row < rowCount; row++)
      own[row] = Math.min(own[row] ?? 0, ordered[border - 1]?.[row] ?? 1)
  return normalise(above.length + 1, rowCount, (row, band) => {
    const [lower, upper] = [ordered[band - 1]?.[row] ?? 1, ordered[band]?.[row] ?? 0]
    return lower - upper
  })
}

function normalise(
  bandCount: number,
  rowCount: number,
  amountOf: (row: number, band: number) => number,
): Float64Array {
  const probabilities = new Float64Array(rowCount * bandCount)
  for (let row = 0; row < rowCount; row++) {
    let sum = 0
    for (let band = 0; band < bandCount; band++) {
      const value = Math.max(least, amountOf(row, band))
      probabilities[row * bandCount + band] = value
      sum += value
    }
    for (let band = 0; band < bandCount; band++) {
      const place = row * bandCount + band
      probabilities[place] = (probabilities[place] ?? 0) / sum
    }
  }
  return probabilities
}
