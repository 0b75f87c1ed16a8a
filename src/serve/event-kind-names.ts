import type { EventKind } from '../core/event.ts'
import type { Bilingual } from '../core/language.ts'

const names: Readonly<Record<EventKind, Bilingual>> = {
  view: { en: 'view', zh: '浏览' },
  list_view: { en: 'list view', zh: '浏览列表' },
  search: { en: 'search', zh: '搜索' },
  impression: { en: 'impression', zh: '曝光' },
  click: { en: 'click', zh: '点击' },
  cart_add: { en: 'into the cart', zh: '加入购物车' },
  cart_remove: { en: 'out of the cart', zh: '移出购物车' },
  wishlist_add: { en: 'onto the wish list', zh: '加入心愿单' },
  checkout: { en: 'checkout', zh: '结账' },
  coupon: { en: 'coupon', zh: '优惠券' },
  purchase: { en: 'purchase', zh: '购买' },
  refund: { en: 'refund', zh: '退款' },
  review: { en: 'review', zh: '评价' },
  survey: { en: 'survey', zh: '问卷' },
  signup: { en: 'sign-up', zh: '注册' },
  login: { en: 'login', zh: '登录' },
  consent: { en: 'consent', zh: '同意' },
  custom: { en: 'other', zh: '其他' },
}

/** The kind of an event as a person reads it. */
export function eventKindName(kind: string): Bilingual {
  return Object.hasOwn(names, kind) ? names[kind as EventKind] : { en: kind, zh: kind }
}
