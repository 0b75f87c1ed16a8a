import type { Bilingual } from '../core/language.ts'
import { featureDefinitions } from './definitions.ts'
import {
  type Aggregate,
  type DerivedFeature,
  type FeatureDefinition,
  type FeaturePurpose,
  type FeatureUnit,
  type FeatureValueKind,
  type ObservedFeature,
  type Selection,
  type TraitFeature,
  valueKindOf,
  type Window,
} from './feature.ts'
import { describePairColumn } from './pair-columns.ts'

/** What a person needs to know of a feature: what it means and which events it comes from. */
export type FeatureExplanation = {
  readonly name: string
  readonly meaning: Bilingual
  readonly unit: Bilingual
  readonly valueKind: FeatureValueKind
  readonly purpose: FeaturePurpose
  /** Whether it is shown exactly, or has outliers cut for models, or serves both. */
  readonly audience: 'people' | 'models' | 'both'
  /** The kinds and types of the lines that it reads, its own and those of the features it is derived from. */
  readonly reads: readonly Selection[]
  readonly windows: readonly Window[]
  /** The features that it is computed from; empty for one that reads events itself. */
  readonly derivedFrom: readonly string[]
  /** How it is computed, in words. */
  readonly method: Bilingual
}

const units: Readonly<Record<FeatureUnit, Bilingual>> = {
  count: { en: '', zh: '' },
  days: { en: 'days', zh: '天' },
  currency: { en: '', zh: '' },
  units: { en: 'units', zh: '件' },
  seconds: { en: 'seconds', zh: '秒' },
  share: { en: '', zh: '' },
  ratio: { en: '', zh: '' },
  score: { en: '', zh: '' },
  tier: { en: 'of 5', zh: '/5' },
  years: { en: 'years', zh: '岁' },
  name: { en: '', zh: '' },
}

/** All of some features, explained; undefined: those that ship. */
export function listFeatures(
  definitions: readonly FeatureDefinition[] = featureDefinitions,
): readonly FeatureExplanation[] {
  return definitions.map((each) => explainFeature(each, definitions))
}

/** What a feature reads, over which time, and what it means; `all` are those it may be derived from. */
export function explainFeature(
  definition: FeatureDefinition,
  all: readonly FeatureDefinition[] = featureDefinitions,
): FeatureExplanation {
  const { name, meaning, unit, purpose, audience = 'both' } = definition
  const sources = sourcesOf(definition, all)
  return {
    name,
    meaning,
    unit: units[unit],
    valueKind: valueKindOf(definition),
    purpose,
    audience,
    reads: distinct(sources.map((source) => source.reads)),
    windows: distinct(sources.map((source) => source.window)),
    derivedFrom: derivedFrom(definition),
    method: describeMethod(definition),
  }
}

/**
 * The words for a column of a feature table: of a share, with its key. Unknown names stand for themselves.
 * @param categories how categories are called, by how items name them
 */
export function describeColumn(
  column: string,
  definitions: readonly FeatureDefinition[] = featureDefinitions,
  categories: ReadonlyMap<string, Bilingual> = new Map(),
): { readonly meaning: Bilingual; readonly unit: Bilingual } {
  const slash = column.indexOf('/')
  const name = slash < 0 ? column : column.slice(0, slash)
  const definition = definitions.find((each) => each.name === name)
  if (column === 'event_order') return eventOrder
  if (definition === undefined)
    return describePairColumn(column) ?? { meaning: { en: column, zh: column }, unit: units.name }
  const { meaning, unit } = definition
  if (slash < 0) return { meaning, unit: units[unit] }
  const key = column.slice(slash + 1)
  const called = name.endsWith('_category') ? categories.get(key) : undefined
  const word = scaleWords[key] ?? called ?? { en: key, zh: key }
  return {
    meaning: { en: `${meaning.en}: ${word.en}`, zh: `${meaning.zh}：${word.zh}` },
    unit: units[unit],
  }
}

/** No column: what a network of sequences read. */
const eventOrder = {
  meaning: { en: 'what was done last, and in which order', zh: '近期行为及其先后顺序' },
  unit: units.name,
}

const scaleWords: Readonly<Record<string, Bilingual>> = {
  monday: { en: 'Monday', zh: '星期一' },
  tuesday: { en: 'Tuesday', zh: '星期二' },
  wednesday: { en: 'Wednesday', zh: '星期三' },
  thursday: { en: 'Thursday', zh: '星期四' },
  friday: { en: 'Friday', zh: '星期五' },
  saturday: { en: 'Saturday', zh: '星期六' },
  sunday: { en: 'Sunday', zh: '星期日' },
  night: { en: 'midnight to 6', zh: '0–6 点' },
  morning: { en: '6 to noon', zh: '6–12 点' },
  afternoon: { en: 'noon to 18', zh: '12–18 点' },
  evening: { en: '18 to midnight', zh: '18–24 点' },
}

function derivedFrom(definition: FeatureDefinition): readonly string[] {
  if (definition.source !== 'features') return []
  const { formula } = definition
  switch (formula.kind) {
    case 'ratio':
      return [formula.of, formula.to]
    case 'trend':
      return [formula.recent, formula.earlier]
    case 'tier':
      return [formula.of]
    default:
      return formula satisfies never
  }
}

/** The observed features at the roots. */
function sourcesOf(definition: FeatureDefinition, all: readonly FeatureDefinition[]): ObservedFeature[] {
  if (definition.source === 'events') return [definition]
  if (definition.source === 'traits') return []
  return derivedFrom(definition).flatMap((name) => {
    const part = all.find((each) => each.name === name)
    return part === undefined ? [] : sourcesOf(part, all)
  })
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
}

function describeMethod(definition: FeatureDefinition): Bilingual {
  switch (definition.source) {
    case 'events':
      return describeAggregate(definition.aggregate)
    case 'features':
      return describeFormula(definition)
    case 'traits':
      return describeReading(definition)
    default:
      return definition satisfies never
  }
}

function describeFormula(definition: DerivedFeature): Bilingual {
  const [first = '', second = ''] = derivedFrom(definition)
  switch (definition.formula.kind) {
    case 'ratio':
      return { en: `${first} / ${second}`, zh: `${first} / ${second}` }
    case 'trend': {
      const text = `(${first} − ${second}) / (${first} + ${second})`
      return { en: text, zh: text }
    }
    case 'tier':
      return { en: `fifth of customers by ${first}`, zh: `按 ${first} 划分的五等分组` }
    default:
      return definition.formula satisfies never
  }
}

function describeReading({ traits, read }: TraitFeature): Bilingual {
  const names = traits.join(', ')
  switch (read) {
    case 'label':
    case 'number':
      return { en: `stated last under ${names}`, zh: `最近陈述的 ${names}` }
    case 'years':
      return {
        en: `years, or years since the date, stated last under ${names}`,
        zh: `最近陈述的 ${names}（岁数）`,
      }
    case 'stated_days':
      return { en: `days since the last statement of ${names}`, zh: `距最近陈述 ${names} 的天数` }
    default:
      return read satisfies never
  }
}

function describeAggregate(aggregate: Aggregate): Bilingual {
  const of = 'of' in aggregate && aggregate.of !== undefined ? aggregate.of : ''
  switch (aggregate.kind) {
    case 'count':
      return { en: 'count', zh: '计数' }
    case 'sum':
      return { en: `sum of ${of}`, zh: `${of} 之和` }
    case 'mean':
      return { en: `mean of ${of}`, zh: `${of} 的均值` }
    case 'min':
      return { en: `least ${of}`, zh: `${of} 的最小值` }
    case 'max':
      return { en: `greatest ${of}`, zh: `${of} 的最大值` }
    case 'spread':
      return { en: `standard deviation of ${of}`, zh: `${of} 的标准差` }
    case 'distinct':
      return { en: `number of different values of ${of}`, zh: `不同 ${of} 的数量` }
    case 'age':
      return { en: `days since the ${of} one`, zh: of === 'first' ? '距首次的天数' : '距末次的天数' }
    case 'gaps':
      return aggregate.statistic === 'mean'
        ? { en: 'mean of the gaps in days', zh: '间隔天数的均值' }
        : { en: 'standard deviation of the gaps in days', zh: '间隔天数的标准差' }
    case 'decay':
      return {
        en: `sum of ${of || 'ones'}${halved(aggregate.halfLifeDays).en}`,
        zh: `${of || '次数'} 之和${halved(aggregate.halfLifeDays).zh}`,
      }
    case 'first':
      return { en: `first ${of}`, zh: `首个 ${of}` }
    case 'last':
      return { en: `last ${of}`, zh: `最近的 ${of}` }
    case 'top':
      return { en: `most frequent ${of}`, zh: `最常见的 ${of}` }
    case 'affinity':
      return {
        en: `the ${aggregate.limit} heaviest of ${of}, with shares${halved(aggregate.halfLifeDays).en}`,
        zh: `权重最高的 ${aggregate.limit} 个 ${of} 及占比${halved(aggregate.halfLifeDays).zh}`,
      }
    case 'share':
    case 'scale_share':
      return { en: `share by ${of}`, zh: `按 ${of} 的占比` }
    default:
      return aggregate satisfies never
  }
}

function halved(halfLifeDays: number | undefined): Bilingual {
  if (halfLifeDays === undefined) return { en: '', zh: '' }
  return { en: `, halved every ${halfLifeDays} days`, zh: `，每 ${halfLifeDays} 天减半` }
}
