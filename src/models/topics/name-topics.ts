import type { Bilingual } from '../../core/language.ts'

/** A topic's words. */
export type TopicName = { readonly tag: string; readonly name: Bilingual; readonly terms: readonly string[] }

const nameLength = 3
const termLimit = 10

/**
 * Names groups of tokenised documents by class-based TF-IDF (Grootendorst, 2022, eq. 2):
 * W = tf(t, c) · ln(1 + A / f(t)), A the mean number of words in a group. English names take Latin words and Chinese
 * names Chinese ones; a language without words of its own takes the other's. A single Chinese character says too little
 * (穿, 好) and stands in a name only where there is nothing longer. Tags are unique.
 */
export function nameTopics(
  knownTerms: ReadonlySet<string>,
  documents: readonly (readonly string[])[],
  clusterOf: ArrayLike<number>,
  clusterCount: number,
): TopicName[] {
  const perCluster = Array.from({ length: clusterCount }, () => new Map<string, number>())
  const overall = new Map<string, number>()
  let total = 0
  for (const [row, document] of documents.entries()) {
    const counts = perCluster[clusterOf[row] ?? -1]
    if (counts === undefined) continue
    for (const term of document) {
      if (!knownTerms.has(term)) continue
      counts.set(term, (counts.get(term) ?? 0) + 1)
      overall.set(term, (overall.get(term) ?? 0) + 1)
      total++
    }
  }
  const mean = total / clusterCount
  const taken = new Set<string>()
  return perCluster.map((counts) => {
    const weigh = (term: string) => (counts.get(term) ?? 0) * Math.log(1 + mean / (overall.get(term) ?? 1))
    const ranked = [...counts.keys()].sort((a, b) => weigh(b) - weigh(a) || (a < b ? -1 : 1))
    const name = nameOf(ranked)
    const tag = makeUnique(name.en, taken)
    return { tag, name, terms: ranked.slice(0, termLimit) }
  })
}

function nameOf(ranked: readonly string[]): Bilingual {
  const isChinese = (term: string) => /\p{Script=Han}/u.test(term)
  const latin = ranked.filter((term) => !isChinese(term)).slice(0, nameLength)
  const chinese = [...ranked.filter(isChinese)]
    .sort((a, b) => Number(b.length > 1) - Number(a.length > 1))
    .slice(0, nameLength)
  return {
    en: (latin.length > 0 ? latin : chinese).join(', '),
    zh: (chinese.length > 0 ? chinese : latin).join('、'),
  }
}

function makeUnique(name: string, taken: Set<string>): string {
  let tag = name
  for (let number = 2; taken.has(tag); number++) tag = `${name} ${number}`
  taken.add(tag)
  return tag
}
