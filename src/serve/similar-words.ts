/** The words most like the one that was written, best first: by the pairs of letters that both share. */
export function similarWords(written: string, known: readonly string[], count: number): readonly string[] {
  const wanted = pairsOf(written)
  const likeness = (word: string) => {
    const pairs = pairsOf(word)
    const shared = [...pairs].filter((pair) => wanted.has(pair)).length
    return (2 * shared) / (pairs.size + wanted.size)
  }
  const ranked = known.map((word) => ({ word, likeness: likeness(word) }))
  return ranked
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, count)
    .map(({ word }) => word)
}

function pairsOf(word: string): Set<string> {
  const padded = ` ${word.toLowerCase()} `
  return new Set(Array.from({ length: padded.length - 1 }, (_, at) => padded.slice(at, at + 2)))
}
