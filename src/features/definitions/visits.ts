import type { FeatureDefinition } from '../feature.ts'
import { visits } from './select.ts'

const shared = { source: 'events', purpose: 'personalisation', window: 'all', reads: visits } as const
const derived = { source: 'features', purpose: 'personalisation' } as const

/** Visits: how many, how long, and how they end. */
export const visitFeatures: readonly FeatureDefinition[] = [
  {
    ...shared,
    name: 'visit_count',
    meaning: { en: 'Visits', zh: '访问次数' },
    unit: 'count',
    aggregate: { kind: 'count' },
  },
  {
    ...shared,
    name: 'visit_count_30d',
    meaning: { en: 'Visits begun in the last 30 days', zh: '近 30 天访问次数' },
    unit: 'count',
    window: { days: 30 },
    aggregate: { kind: 'count' },
  },
  {
    ...shared,
    name: 'visit_seconds',
    meaning: { en: 'Mean seconds of a visit', zh: '平均访问时长（秒）' },
    unit: 'seconds',
    aggregate: { kind: 'mean', of: 'visit_seconds' },
  },
  {
    ...shared,
    name: 'visit_events',
    meaning: { en: 'Mean events in a visit', zh: '每次访问的平均行为数' },
    unit: 'count',
    aggregate: { kind: 'mean', of: 'visit_events' },
  },
  {
    ...shared,
    name: 'bounce_rate',
    meaning: { en: 'Share of visits with a single event', zh: '跳出率（仅一次行为的访问占比）' },
    unit: 'share',
    aggregate: { kind: 'mean', of: 'visit_bounced' },
  },
  {
    ...shared,
    name: 'cart_visit_count',
    meaning: { en: 'Visits with something put in the cart', zh: '有加购的访问次数' },
    unit: 'count',
    aggregate: { kind: 'sum', of: 'visit_carted' },
  },
  {
    ...shared,
    name: 'abandoned_cart_count',
    meaning: { en: 'Visits with a cart and no order', zh: '加购未下单的访问次数' },
    unit: 'count',
    aggregate: { kind: 'sum', of: 'visit_abandoned' },
  },
  {
    ...derived,
    name: 'abandonment_rate',
    meaning: { en: 'Share of visits with a cart that end without an order', zh: '购物车放弃率' },
    unit: 'share',
    formula: { kind: 'ratio', of: 'abandoned_cart_count', to: 'cart_visit_count' },
  },
  {
    ...derived,
    name: 'orders_per_visit',
    meaning: { en: 'Orders for each visit', zh: '每次访问的订单数' },
    unit: 'ratio',
    formula: { kind: 'ratio', of: 'order_count', to: 'visit_count' },
  },
]
