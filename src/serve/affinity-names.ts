import type { Bilingual } from '../core/language.ts'
import { describeColumn } from '../features/describe-features.ts'

const names: Readonly<Record<string, Bilingual>> = {
  price_band: { en: 'price band, 1 the cheapest', zh: '价格带（1 最低）' },
  bought_category: { en: 'bought category', zh: '购买类目' },
  bought_brand: { en: 'bought brand', zh: '购买品牌' },
  bought_topic: { en: 'bought topic', zh: '购买主题' },
  viewed_category: { en: 'viewed category', zh: '浏览类目' },
  viewed_topic: { en: 'viewed topic', zh: '浏览主题' },
}

/** A kind of affinity in a table's cell; its feature says it whole. */
export function affinityName(kind: string): Bilingual {
  return names[kind] ?? describeColumn(kind).meaning
}
