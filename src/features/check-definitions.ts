import { AppError } from '../core/errors.ts'
import type { Aggregate, FeatureDefinition, Measure, ObservedFeature, Selection } from './feature.ts'
import { isTrade, isVisitMeasure } from './selections.ts'

/**
 * Definitions of a shop beside those that ship, each after the ones it is derived from.
 * @throws AppError 'bad_input' for a name that is taken, a part that does not exist or leads in a circle, and for an aggregate
 * of what the selection does not carry.
 */
export function checkDefinitions(
  own: readonly FeatureDefinition[],
  shipped: readonly FeatureDefinition[],
): readonly FeatureDefinition[] {
  const taken = new Set(shipped.map(({ name }) => name))
  for (const definition of own) {
    if (taken.has(definition.name)) throw refuse(definition, 'name', nameTaken)
    taken.add(definition.name)
    if (definition.source === 'events') checkObserved(definition)
  }
  return orderByParts(own, new Set(shipped.map(({ name }) => name)))
}

/** Parts first. */
function orderByParts(
  own: readonly FeatureDefinition[],
  known: ReadonlySet<string>,
): readonly FeatureDefinition[] {
  const ready = new Set(known)
  const ordered: FeatureDefinition[] = []
  let waiting = own
  while (waiting.length > 0) {
    const next = waiting.filter((each) => partsOf(each).every((part) => ready.has(part)))
    const [first] = waiting
    if (next.length === 0 && first !== undefined) throw refuse(first, 'formula', unknownPart)
    for (const each of next) {
      ready.add(each.name)
      ordered.push(each)
    }
    waiting = waiting.filter((each) => !ready.has(each.name))
  }
  return ordered
}

function partsOf(definition: FeatureDefinition): readonly string[] {
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

function checkObserved(definition: ObservedFeature): void {
  const { reads, aggregate } = definition
  const measure = measureIn(aggregate)
  if (measure !== undefined && !carries(reads, measure)) throw refuse(definition, 'aggregate.of', notCarried)
  if (reads.per !== 'line' && !fitsGroups(aggregate)) throw refuse(definition, 'aggregate', notOfGroups)
  if ('of' in aggregate && aggregate.of === 'price_band' && !isTrade(reads))
    throw refuse(definition, 'aggregate.of', ofTrade)
}

function measureIn(aggregate: Aggregate): Measure | undefined {
  switch (aggregate.kind) {
    case 'sum':
    case 'mean':
    case 'min':
    case 'max':
    case 'spread':
      return aggregate.of
    case 'decay':
      return aggregate.of
    default:
      return undefined
  }
}

const orderMeasures: readonly Measure[] = [
  'quantity',
  'amount',
  'clipped_quantity',
  'clipped_amount',
  'uses_coupon',
]

function carries(reads: Selection, measure: Measure): boolean {
  if (reads.per === 'visit') return isVisitMeasure(measure)
  if (reads.per === 'order') return orderMeasures.includes(measure)
  return !isVisitMeasure(measure) && (!measure.startsWith('clipped_') || isTrade(reads))
}

/** Orders and visits have a time, and no item, place or words. */
function fitsGroups(aggregate: Aggregate): boolean {
  switch (aggregate.kind) {
    case 'first':
    case 'last':
    case 'top':
    case 'affinity':
    case 'share':
      return false
    case 'distinct':
      return aggregate.of === 'day'
    case 'scale_share':
      return aggregate.of !== 'price_band'
    default:
      return true
  }
}

const nameTaken = { en: 'there is a feature of that name', zh: '该名称的特征已存在' }
const unknownPart = {
  en: 'it is derived from a feature that does not exist, or from itself',
  zh: '其引用的特征不存在，或构成循环引用',
}
const notCarried = { en: 'what it reads carries no such number', zh: '所读取的内容没有该数值' }
const notOfGroups = {
  en: 'orders and visits can be counted, summed, averaged, timed and shared out by hours and days only',
  zh: '订单与访问只能计数、求和、求均值、计时或按时段统计占比',
}
const ofTrade = {
  en: 'price bands are of purchases and refunds: name those kinds',
  zh: '价格带仅适用于购买与退款，请限定事件类型',
}

function refuse({ name }: FeatureDefinition, part: string, text: { en: string; zh: string }): AppError {
  return new AppError(
    'bad_input',
    { en: `feature '${name}': ${text.en}`, zh: `特征“${name}”：${text.zh}` },
    {
      where: `${name}.${part}`,
      wayOut: {
        en: 'docs/features.md lists the features that ship and what each form of definition may say.',
        zh: '内置特征与定义格式见 docs/features.md。',
      },
    },
  )
}
