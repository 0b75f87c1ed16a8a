import type { Bilingual } from '../core/language.ts'
import type { PairTarget } from './pair-targets.ts'
import type { OwnTrade } from './pair-trade.ts'

/** What the columns of one pair are read from. */
export type PairFacts = {
  readonly target: PairTarget
  /** Undefined where the person never bought or looked at it. */
  readonly own: OwnTrade | undefined
  /** The same of the group that it is in; of a group the same as `own`. */
  readonly ownGroup: OwnTrade | undefined
  readonly person: PairPerson
  /** Share of late purchases of people with the same favourite group that are of it. */
  readonly peerShare: number
  /** As `Candidate` has them. */
  readonly shareOfNext: number
  readonly goesWith: number
  readonly shop: ShopTotals
}

/** A person as far as pairs go; NaN where not known. */
export type PairPerson = {
  readonly orderCount: number
  readonly spend: number
  /** What an item costs that the person buys. */
  readonly usualPrice: number
  readonly statedAge: number
  readonly statedIncome: number
}

export type ShopTotals = {
  readonly shopperCount: number
  /** Weight of all late purchases, by items and by groups. */
  readonly itemWeight: number
  readonly groupWeight: number
  /** Days between purchases of one item, and of one group, of all people. */
  readonly itemGapDays: number
  readonly groupGapDays: number
}

export type PairColumn = {
  readonly name: string
  readonly meaning: Bilingual
  readonly unit: Bilingual
  /** NaN where missing. */
  read(facts: PairFacts): number
}

const none: Bilingual = { en: '', zh: '' }
const days: Bilingual = { en: 'days', zh: '天' }
const units: Bilingual = { en: 'units', zh: '件' }
const times: Bilingual = { en: 'times', zh: '次' }

/** The own gap counts as if so many gaps of everybody stood beside it. */
const priorGapCount = 2

/** The typical time between two purchases of a thing, by whoever bought it again. */
export function typicalGapOf({ target, shop }: Pick<PairFacts, 'target' | 'shop'>): number {
  if (Number.isFinite(target.gapDays)) return target.gapDays
  return target.isGroup ? shop.groupGapDays : shop.itemGapDays
}

/** A person's own time between purchases, shrunk to the typical one (Bühlmann's credibility with fixed weight). */
export function shrunkGapOf(facts: Pick<PairFacts, 'target' | 'own' | 'shop'>): number {
  const typical = typicalGapOf(facts)
  const { own } = facts
  if (own === undefined || own.dayCount === 0) return typical
  return (own.firstDays - own.lastDays + priorGapCount * typical) / (own.dayCount - 1 + priorGapCount)
}

/** Days since the person last bought it; NaN where never. */
export function recencyOf(own: OwnTrade | undefined): number {
  return own !== undefined && own.dayCount > 0 ? own.lastDays : Number.NaN
}

/** What a pair of a shopper and an item or group is told by, all as of the cut. */
export const pairColumns: readonly PairColumn[] = [
  {
    name: 'pair_order_count',
    meaning: { en: 'How often it was bought', zh: '购买该商品的次数' },
    unit: times,
    read: ({ own }) => own?.dayCount ?? 0,
  },
  {
    name: 'pair_units',
    meaning: { en: 'Units bought of it and kept', zh: '已购买且未退的件数' },
    unit: units,
    read: ({ own }) => own?.units ?? 0,
  },
  {
    name: 'pair_units_of_late',
    meaning: { en: 'Units bought of it in the last quarter', zh: '上一季度购买的件数' },
    unit: units,
    read: ({ own }) => own?.unitsOfLate ?? 0,
  },
  {
    name: 'pair_units_per_order',
    meaning: { en: 'Units of it each time it is bought', zh: '每次购买的件数' },
    unit: units,
    read: ({ own }) => (own !== undefined && own.dayCount > 0 ? own.units / own.dayCount : Number.NaN),
  },
  {
    name: 'pair_affinity',
    meaning: { en: 'Purchases of it of late', zh: '近期购买（随时间衰减）' },
    unit: none,
    read: ({ own }) => own?.boughtWeight ?? 0,
  },
  {
    name: 'pair_recency_days',
    meaning: { en: 'Last bought it, days ago', zh: '距上次购买该商品' },
    unit: days,
    read: ({ own }) => recencyOf(own),
  },
  {
    name: 'pair_gap_days',
    meaning: { en: 'Usually buys it again within', zh: '通常再次购买的间隔' },
    unit: days,
    read: (facts) => shrunkGapOf(facts),
  },
  {
    name: 'pair_due_ratio',
    meaning: { en: 'Time since it was bought against the usual time', zh: '距上次购买与通常间隔之比' },
    unit: none,
    read: (facts) => recencyOf(facts.own) / shrunkGapOf(facts),
  },
  {
    name: 'pair_spend_share',
    meaning: { en: 'Its share of all the money spent', zh: '占该顾客消费额的比例' },
    unit: none,
    read: ({ own, person }) => (person.spend > 0 ? (own?.spend ?? 0) / person.spend : Number.NaN),
  },
  {
    name: 'pair_order_share',
    meaning: { en: 'Share of the orders that hold it', zh: '含该商品的订单比例' },
    unit: none,
    read: ({ own, person }) => (own?.dayCount ?? 0) / Math.max(1, person.orderCount),
  },
  {
    name: 'pair_share_of_next',
    meaning: {
      en: 'Its likely share of the next purchases (per thousand)',
      zh: '占下次购买的可能比例（千分比）',
    },
    unit: none,
    read: ({ shareOfNext }) => 1000 * shareOfNext,
  },
  {
    name: 'pair_goes_with',
    meaning: {
      en: 'How much it is bought with what the shopper buys (per thousand)',
      zh: '与该顾客所购商品一同购买的程度（千分比）',
    },
    unit: none,
    read: ({ goesWith }) => 1000 * goesWith,
  },
  {
    name: 'pair_views',
    meaning: { en: 'Looked at of late', zh: '近期浏览（随时间衰减）' },
    unit: none,
    read: ({ own }) => own?.viewWeight ?? 0,
  },
  {
    name: 'pair_carts',
    meaning: { en: 'Put into the cart or on the wish list of late', zh: '近期加购或收藏（随时间衰减）' },
    unit: none,
    read: ({ own }) => own?.cartWeight ?? 0,
  },
  {
    name: 'pair_look_days',
    meaning: { en: 'Last looked at it, days ago', zh: '距上次查看该商品' },
    unit: days,
    read: ({ own }) => (own !== undefined && own.lookCount > 0 ? own.lookDays : Number.NaN),
  },
  {
    name: 'pair_group_affinity',
    meaning: { en: 'Purchases of its category of late', zh: '近期购买同类商品（随时间衰减）' },
    unit: none,
    read: ({ ownGroup }) => ownGroup?.boughtWeight ?? 0,
  },
  {
    name: 'pair_group_recency_days',
    meaning: { en: 'Last bought of its category, days ago', zh: '距上次购买同类商品' },
    unit: days,
    read: ({ ownGroup }) => recencyOf(ownGroup),
  },
  {
    name: 'pair_group_units_of_late',
    meaning: { en: 'Units of its category in the last quarter', zh: '上一季度购买同类商品的件数' },
    unit: units,
    read: ({ ownGroup }) => ownGroup?.unitsOfLate ?? 0,
  },
  {
    name: 'pair_group_looks',
    meaning: { en: 'Looked at or put into the cart of its category of late', zh: '近期浏览或加购同类商品' },
    unit: none,
    read: ({ ownGroup }) => (ownGroup?.viewWeight ?? 0) + (ownGroup?.cartWeight ?? 0),
  },
  {
    name: 'pair_group_searches',
    meaning: { en: 'Searches for its category of late', zh: '近期搜索同类商品' },
    unit: none,
    read: ({ ownGroup }) => ownGroup?.searchWeight ?? 0,
  },
  {
    name: 'target_is_category',
    meaning: { en: 'A whole category, not one item', zh: '整个类目而非单个商品' },
    unit: none,
    read: ({ target }) => (target.isGroup ? 1 : 0),
  },
  {
    name: 'target_popularity',
    meaning: { en: 'How much of what is sold of late is of it (per thousand)', zh: '近期销量占比（千分比）' },
    unit: none,
    read: ({ target, shop }) =>
      (1000 * target.weight) / (target.isGroup ? shop.groupWeight : shop.itemWeight),
  },
  {
    name: 'target_peer_popularity',
    meaning: {
      en: 'How much shoppers of the same favourite category buy it (per thousand)',
      zh: '偏好相同类目的顾客的购买占比（千分比）',
    },
    unit: none,
    read: ({ peerShare }) => 1000 * peerShare,
  },
  {
    name: 'target_buyer_share',
    meaning: { en: 'Share of shoppers who ever bought it', zh: '曾购买该商品的顾客比例' },
    unit: none,
    read: ({ target, shop }) => target.buyerCount / Math.max(1, shop.shopperCount),
  },
  {
    name: 'target_repeat_share',
    meaning: { en: 'Share of its buyers who bought it again', zh: '购买者中复购的比例' },
    unit: none,
    read: ({ target }) => target.repeatShare,
  },
  {
    name: 'target_gap_days',
    meaning: { en: 'Time between purchases of it, of all shoppers', zh: '全体顾客购买该商品的间隔' },
    unit: days,
    read: (facts) => typicalGapOf(facts),
  },
  {
    name: 'target_price_ratio',
    meaning: { en: 'Its price against what the shopper usually pays', zh: '价格与顾客常购价位之比' },
    unit: none,
    read: ({ target, person }) => (person.usualPrice > 0 ? target.price / person.usualPrice : Number.NaN),
  },
  {
    name: 'target_units_per_order',
    meaning: { en: 'Units of it that shoppers buy at a time', zh: '顾客每次购买的件数' },
    unit: units,
    read: ({ target }) => target.unitsPerPurchase,
  },
  {
    name: 'target_trend',
    meaning: { en: 'Whether it sells more than a quarter before', zh: '销量较上一季度的变化' },
    unit: none,
    read: ({ target }) => target.trend,
  },
  {
    name: 'target_season',
    meaning: { en: 'Sales of it in this season a year ago (1 is as ever)', zh: '去年同季销量（1 为平常）' },
    unit: none,
    read: ({ target }) => target.season,
  },
  {
    name: 'stated_age',
    meaning: { en: 'Age, or where the stated band of ages begins', zh: '年龄（或所述年龄段的下限）' },
    unit: { en: 'years', zh: '岁' },
    read: ({ person }) => person.statedAge,
  },
  {
    name: 'stated_income',
    meaning: { en: 'Where the stated band of incomes begins', zh: '所述收入段的下限' },
    unit: none,
    read: ({ person }) => person.statedIncome,
  },
]

/** What a column of pairs means; undefined for a column of the person alone. */
export function describePairColumn(name: string): Pick<PairColumn, 'meaning' | 'unit'> | undefined {
  return pairColumns.find((each) => each.name === name)
}
