import type { Bilingual } from '../core/language.ts'

/** Everything that a secret key can be allowed, a scope each; a route names the one that it asks for. */
export const scopeMeanings = {
  'profiles:read': { en: 'read profiles and the reasons of scores', zh: '读取画像及评分原因' },
  'profiles:write': { en: 'take ids out of profiles', zh: '将编号从画像中拆出' },
  'features:read': { en: 'read features', zh: '读取特征' },
  'features:write': { en: 'define features', zh: '定义特征' },
  'events:read': {
    en: 'read single events: timelines, what a feature rests on, what arrives, the quarantine',
    zh: '读取单个事件：时间线、特征所依据的事件、实时到达的事件、隔离区',
  },
  'events:write': { en: 'replay the quarantine', zh: '重放隔离区' },
  'catalog:read': { en: 'read items', zh: '读取商品' },
  'catalog:write': { en: 'state items', zh: '写入商品' },
  'models:read': { en: 'read models, their cards and metrics', zh: '读取模型、模型卡片与指标' },
  'models:write': { en: 'promote models and roll them back', zh: '启用与回退模型' },
  'reports:read': { en: 'read the report', zh: '读取报告' },
} as const satisfies Record<`${string}:${'read' | 'write'}`, Bilingual>

export type Scope = keyof typeof scopeMeanings

export function isScope(word: string): word is Scope {
  return Object.hasOwn(scopeMeanings, word)
}

export const scopeNames = Object.keys(scopeMeanings).filter(isScope)
