import { type FeatureExplanation, listFeatures } from '../../src/features/describe-features.ts'
import type { Selection } from '../../src/features/feature.ts'
import { type ColumnFigures, stateOf } from './column-figures.ts'

/** Lines of the history of one kind and type. */
export type LineCount = { readonly kind: string; readonly lineType: string; readonly count: number }

/** Says of every column that is constant, empty or missing for some that it is, and why where the history tells. */
export function explainColumns(figures: readonly ColumnFigures[], lines: readonly LineCount[]): string[] {
  const features = new Map(listFeatures().map((feature) => [feature.name, feature]))
  const ofState = (state: ReturnType<typeof stateOf>) => figures.filter((each) => stateOf(each) === state)
  const reasonOf = ({ name }: ColumnFigures) => explain(features.get(featureOf(name)), lines)
  return [
    ...gather(ofState('constant'), reasonOf, ({ name, quantiles }) =>
      quantiles === undefined ? name : `${name} (of ${quantiles.min})`,
    ).map((text) => `The same for everyone: ${text}`),
    ...gather(ofState('empty'), reasonOf, ({ name }) => name).map((text) => `Missing for everyone: ${text}`),
    ...listPartial(ofState('partial')),
  ]
}

/** Features that have no column at all, such as shares of topics where none were learned. */
export function listWithoutColumns(figures: readonly ColumnFigures[]): string[] {
  const present = new Set(figures.map(({ name }) => featureOf(name)))
  const absent = listFeatures().filter(({ name }) => !present.has(name))
  return absent.length === 0
    ? []
    : [`Without a column, as there is no key to have a share: ${absent.map(({ name }) => name).join(', ')}.`]
}

function featureOf(column: string): string {
  const slash = column.indexOf('/')
  return slash < 0 ? column : column.slice(0, slash)
}

/** One sentence for the columns of one reason. */
function gather(
  figures: readonly ColumnFigures[],
  reasonOf: (figures: ColumnFigures) => string,
  nameOf: (figures: ColumnFigures) => string,
): string[] {
  return [...Map.groupBy(figures, reasonOf)].map(
    ([reason, own]) => `${nameAll(own, nameOf).join(', ')}: ${reason}.`,
  )
}

function listPartial(figures: readonly ColumnFigures[]): string[] {
  if (figures.length === 0) return []
  const nameOf = ({ name, missingShare }: ColumnFigures) => `${name} ${percent(missingShare)}`
  return [`Missing for some: ${nameAll(figures, nameOf).join(', ')}.`]
}

const mostKeys = 3

/** Columns by name; many keys of one feature as one, with the range of what they miss where they miss some. */
function nameAll(figures: readonly ColumnFigures[], nameOf: (figures: ColumnFigures) => string): string[] {
  return [...Map.groupBy(figures, ({ name }) => featureOf(name))].flatMap(([feature, own]) => {
    if (own.length <= mostKeys) return own.map(nameOf)
    const shares = own.map(({ missingShare }) => missingShare)
    const range = [...new Set([Math.min(...shares), Math.max(...shares)].map(percent))].join(' to ')
    return [`${feature}/… (${own.length} keys)${own.every(isPartial) ? ` ${range}` : ''}`]
  })
}

function isPartial(figures: ColumnFigures): boolean {
  return stateOf(figures) === 'partial'
}

function percent(share: number): string {
  return share < 0.01 ? `${Number((share * 100).toPrecision(1))} %` : `${Math.round(share * 100)} %`
}

function explain(feature: FeatureExplanation | undefined, lines: readonly LineCount[]): string {
  if (feature === undefined) return 'no feature has its name'
  if (feature.reads.length === 0) return `nothing that it can read is said of anybody (${feature.method.en})`
  const readings = feature.reads.map((selection) => readingOf(selection, lines))
  const lacking = readings.filter(({ count }) => count === 0).map(({ words }) => words)
  if (lacking.length > 0) return `it reads ${lacking.join('; ')}, of which the history has none`
  const least = Math.min(...readings.map(({ count }) => count))
  return `it has ${least} lines to read, none of which tells anything else`
}

/** What a selection reads, in words, and of how many lines; what it asks of single lines is not counted. */
function readingOf(selection: Selection, lines: readonly LineCount[]): { words: string; count: number } {
  const kinds: readonly string[] | undefined = selection.per === 'visit' ? undefined : selection.kinds
  const types: readonly string[] | undefined =
    selection.per === 'line' ? selection.lineTypes : selection.per === 'order' ? ['product'] : undefined
  const read = lines.filter(
    ({ kind, lineType }) => (kinds?.includes(kind) ?? true) && (types?.includes(lineType) ?? true),
  )
  const words = [
    kinds?.join(', ') ?? 'every kind',
    ...(types === undefined ? [] : [`(${types.join(', ')} lines)`]),
  ]
  return { words: words.join(' '), count: read.reduce((sum, each) => sum + each.count, 0) }
}
