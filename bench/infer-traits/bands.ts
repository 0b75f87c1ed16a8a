import { AppError } from '../../src/core/errors.ts'

/** Labels of a file that count as one: what is to be told apart, in their order. */
export type Band = { readonly name: string; readonly labels: readonly string[] }

/**
 * Reads `Under 15K, 15-24K | 25-34K | 250K+`: bands between bars, labels between commas; or the same as JSON, a list of
 * lists, for labels that hold commas or bars.
 * @throws AppError 'bad_usage' for fewer than two bands, an empty one, or a label in two.
 */
export function parseBands(text: string): Band[] {
  const lists = text.trimStart().startsWith('[') ? parseJson(text) : text.split('|').map(splitLabels)
  const labels = lists.flat()
  const repeated = labels.find((label, index) => labels.indexOf(label) !== index)
  if (lists.length < 2 || lists.some((list) => list.length === 0) || repeated !== undefined)
    throw new AppError('bad_usage', '--bands must be two or more bands, each of labels that no other has', {
      expected: 'LABEL, LABEL | LABEL, LABEL, or a JSON list of lists',
      received: repeated === undefined ? text : `'${repeated}' twice`,
    })
  return lists.map((own) => ({ name: nameOf(own), labels: own }))
}

function splitLabels(text: string): string[] {
  return text
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '')
}

function parseJson(text: string): string[][] {
  const isListOfTexts = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((each) => typeof each === 'string')
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value) && value.every(isListOfTexts)) return value
  } catch {
    // No JSON is no list either.
  }
  throw new AppError('bad_usage', '--bands begins with [ and is no JSON list of lists of labels', {
    received: text,
  })
}

function nameOf(labels: readonly string[]): string {
  const [first = '', last = ''] = [labels[0], labels.at(-1)]
  return labels.length === 1 ? first : `${first} … ${last}`
}

/**
 * Of all ways to part the labels, in their order, into as many bands, how many are more even (by entropy) than these.
 * @param labels of everybody who has one
 */
export function countMoreEven(
  labels: readonly string[],
  bands: readonly Band[],
): { more: number; all: number } {
  const order = bands.flatMap((band) => band.labels)
  const sizes = order.map((label) => labels.filter((own) => own === label).length)
  const own = entropyOf(bands.map((band) => labels.filter((label) => band.labels.includes(label)).length))
  const ways = partitions(sizes, bands.length).map(entropyOf)
  return { more: ways.filter((entropy) => entropy > own + 1e-9).length, all: ways.length }
}

/** Sums of consecutive sizes, in every way to part them. */
function partitions(sizes: readonly number[], count: number): number[][] {
  if (count === 1) return [[sizes.reduce((sum, size) => sum + size, 0)]]
  const ways: number[][] = []
  let first = 0
  for (let end = 1; end <= sizes.length - count + 1; end++) {
    first += sizes[end - 1] ?? 0
    for (const rest of partitions(sizes.slice(end), count - 1)) ways.push([first, ...rest])
  }
  return ways
}

function entropyOf(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.reduce(
    (sum, count) => (count === 0 ? sum : sum - (count / total) * Math.log(count / total)),
    0,
  )
}
