import type { Bilingual } from '../core/language.ts'
import { formatNumber, formatPercent } from './render.ts'

const names: Readonly<Record<string, Bilingual>> = {
  propensity: { en: 'buys again', zh: '再次购买' },
  'need-units': { en: 'units needed', zh: '需求件数' },
  'need-spend': { en: 'spend', zh: '消费额' },
  alive: { en: 'still a customer', zh: '仍是顾客' },
  'expected-orders': { en: 'expected orders', zh: '预计订单数' },
  'expected-spend': { en: 'expected spend (lifetime)', zh: '预计消费额（生命周期）' },
  'next-order-days': { en: 'days to the next order', zh: '距下次下单天数' },
}

/** A score as a person reads it, with its horizon. */
export function scoreName(model: string, horizonDays: number | undefined): Bilingual {
  const name = names[model] ?? { en: model, zh: model }
  if (horizonDays === undefined) return name
  return { en: `${name.en}, ${horizonDays} days`, zh: `${name.zh}（${horizonDays} 天）` }
}

/** The value of a score as a person reads it: a probability in percent, anything else as a number. */
export function formatScore(model: string, value: number): string {
  return model === 'propensity' || model === 'alive' ? formatPercent(value) : formatNumber(value)
}
