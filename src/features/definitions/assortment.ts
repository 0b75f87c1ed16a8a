import type { FeatureDefinition } from '../feature.ts'
import { boughtLines, orders } from './select.ts'

const shared = { source: 'events', purpose: 'personalisation', window: 'all', reads: boughtLines } as const
const derived = { source: 'features', purpose: 'personalisation' } as const
const viewedLines = { per: 'line', kinds: ['view', 'click', 'cart_add', 'wishlist_add'] } as const

/** What people buy and look at, and at which prices. */
export const assortmentFeatures: readonly FeatureDefinition[] = [
  {
    ...shared,
    name: 'price_mean',
    meaning: { en: 'Mean price of what is bought, outliers cut', zh: '所购商品平均单价（截尾）' },
    unit: 'currency',
    aggregate: { kind: 'mean', of: 'clipped_price' },
  },
  {
    ...shared,
    name: 'price_spread',
    meaning: {
      en: 'How much the prices of what is bought vary, outliers cut',
      zh: '所购商品单价波动（截尾）',
    },
    unit: 'currency',
    audience: 'models',
    aggregate: { kind: 'spread', of: 'clipped_price' },
  },
  {
    ...shared,
    name: 'price_band',
    meaning: {
      en: 'Share of bought lines by price band, 1 the cheapest',
      zh: '各价格带的购买占比（1 为最低）',
    },
    unit: 'share',
    aggregate: { kind: 'scale_share', of: 'price_band' },
  },
  {
    ...derived,
    name: 'purchasing_power',
    meaning: {
      en: 'Purchasing power by value of an order, 1 low to 5 high',
      zh: '购买力等级（按客单价，1 低 5 高）',
    },
    unit: 'tier',
    formula: { kind: 'tier', of: 'basket_value_clipped' },
  },
  {
    ...shared,
    name: 'item_count',
    meaning: { en: 'Different items bought', zh: '购买过的不同商品数' },
    unit: 'count',
    aggregate: { kind: 'distinct', of: 'item' },
  },
  {
    ...shared,
    name: 'category_count',
    meaning: { en: 'Different categories bought', zh: '购买过的不同品类数' },
    unit: 'count',
    aggregate: { kind: 'distinct', of: 'category' },
  },
  {
    ...derived,
    name: 'variety',
    meaning: {
      en: 'Different items for each line bought: low for those who buy the same again',
      zh: '商品多样性（复购同款者低）',
    },
    unit: 'share',
    formula: { kind: 'ratio', of: 'item_count', to: 'line_count' },
  },
  {
    ...shared,
    name: 'favourite_item',
    meaning: { en: 'Item bought most often', zh: '最常购买的商品' },
    unit: 'name',
    aggregate: { kind: 'top', of: 'item' },
  },
  {
    ...shared,
    name: 'favourite_category',
    meaning: { en: 'Category bought most often', zh: '最常购买的品类' },
    unit: 'name',
    aggregate: { kind: 'top', of: 'category' },
  },
  {
    ...shared,
    name: 'favourite_brand',
    meaning: { en: 'Brand bought most often', zh: '最常购买的品牌' },
    unit: 'name',
    aggregate: { kind: 'top', of: 'brand' },
  },
  {
    ...shared,
    name: 'favourite_items',
    meaning: { en: 'The five items bought most often', zh: '最常购买的五种商品' },
    unit: 'share',
    audience: 'people',
    aggregate: { kind: 'affinity', of: 'item', limit: 5 },
  },
  {
    ...shared,
    name: 'bought_category',
    meaning: { en: 'Share of what is bought by category', zh: '各品类的购买占比' },
    unit: 'share',
    aggregate: { kind: 'share', of: 'category' },
  },
  {
    ...shared,
    name: 'bought_brand',
    meaning: { en: 'Share of what is bought by brand', zh: '各品牌的购买占比' },
    unit: 'share',
    aggregate: { kind: 'share', of: 'brand' },
  },
  {
    ...shared,
    name: 'bought_topic',
    meaning: { en: 'Share of what is bought by topic of the description', zh: '各主题的购买占比' },
    unit: 'share',
    aggregate: { kind: 'share', of: 'topic' },
  },
  {
    ...shared,
    name: 'viewed_category',
    meaning: { en: 'Share of what is looked at by category', zh: '各品类的浏览占比' },
    unit: 'share',
    reads: viewedLines,
    aggregate: { kind: 'share', of: 'category' },
  },
  {
    ...shared,
    name: 'viewed_topic',
    meaning: { en: 'Share of what is looked at by topic of the description', zh: '各主题的浏览占比' },
    unit: 'share',
    reads: viewedLines,
    aggregate: { kind: 'share', of: 'topic' },
  },
  {
    ...shared,
    name: 'coupon_order_count',
    meaning: { en: 'Orders with a coupon', zh: '使用优惠券的订单数' },
    unit: 'count',
    reads: orders,
    aggregate: { kind: 'sum', of: 'uses_coupon' },
  },
  {
    ...derived,
    name: 'coupon_rate',
    meaning: { en: 'Share of orders with a coupon', zh: '使用优惠券的订单占比' },
    unit: 'share',
    formula: { kind: 'ratio', of: 'coupon_order_count', to: 'order_count' },
  },
  {
    ...shared,
    name: 'discount_count',
    meaning: { en: 'Discount lines in orders', zh: '订单中的折扣行数' },
    unit: 'count',
    reads: { per: 'line', kinds: ['purchase'], lineTypes: ['discount'] },
    aggregate: { kind: 'count' },
  },
]
