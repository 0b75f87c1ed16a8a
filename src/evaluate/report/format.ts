import type { Language } from '../../core/language.ts'

/** Numbers, money and dates as a reader of one language writes them. */
export type Format = {
  count(value: number): string
  decimal(value: number, digits?: number): string
  percent(value: number, digits?: number): string
  money(value: number): string
  date(atMs: number): string
  month(month: string): string
}

/** @param currency ISO 4217 code; empty where the data name none, and then no sign is shown. */
export function createFormat(language: Language, timeZone: string, currency: string): Format {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB'
  const number = (digits: number) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  const money = new Intl.NumberFormat(locale, {
    maximumFractionDigits: 0,
    ...(currency === '' ? {} : { style: 'currency', currency }),
  })
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone })
  const month = new Intl.DateTimeFormat(locale, { year: '2-digit', month: 'short', timeZone: 'UTC' })
  return {
    count: (value) => number(0).format(value),
    decimal: (value, digits = 2) => number(digits).format(value),
    percent: (value, digits = 0) =>
      new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(value),
    money: (value) => money.format(value),
    date: (atMs) => date.format(atMs),
    month: (text) => month.format(Date.parse(`${text}-01T00:00:00Z`)),
  }
}
