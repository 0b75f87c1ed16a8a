/**
 * Agreement of two groupings of the same rows: 1 when they are the same but for names, about 0 by chance
 * (Hubert & Arabie, 1985).
 */
export function adjustedRandIndex(first: ArrayLike<number>, second: ArrayLike<number>): number {
  const cells = new Map<string, number>()
  const [rows, columns] = [new Map<number, number>(), new Map<number, number>()]
  for (let index = 0; index < first.length; index++) {
    const [a, b] = [first[index] ?? -1, second[index] ?? -1]
    cells.set(`${a}/${b}`, (cells.get(`${a}/${b}`) ?? 0) + 1)
    rows.set(a, (rows.get(a) ?? 0) + 1)
    columns.set(b, (columns.get(b) ?? 0) + 1)
  }
  const [together, inRows, inColumns] = [pairs(cells.values()), pairs(rows.values()), pairs(columns.values())]
  const expected = (inRows * inColumns) / ((first.length * (first.length - 1)) / 2)
  const most = (inRows + inColumns) / 2
  return most === expected ? 1 : (together - expected) / (most - expected)
}

function pairs(counts: Iterable<number>): number {
  let sum = 0
  for (const count of counts) sum += (count * (count - 1)) / 2
  return sum
}
