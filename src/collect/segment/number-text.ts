/** A currency's sign or letters before the number, the number, and the same after it. */
const pricePattern = /^([-−]?)(?:[A-Z]{1,3})?\p{Sc}?\s?([-−]?)([\d.,']+)\s?(?:\p{Sc}|[A-Z]{3}|元|円|kr|zł)?$/u
const maxTextLength = 40

/**
 * A number or a text that writes one, with or without a currency and thousands marks: `12`, `1,234.50`, `1.234,50`,
 * `￥12.00`, `12,50 €`. A sole comma before exactly three digits marks thousands. Undefined when it is none.
 */
export function parseNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || value.length > maxTextLength) return undefined
  const match = pricePattern.exec(value.trim())
  if (match === null) return undefined
  const digits = readDigits((match[3] ?? '').replaceAll("'", ''))
  return digits === undefined ? undefined : match[1] || match[2] ? -digits : digits
}

function readDigits(text: string): number | undefined {
  if (/^(\d+\.?\d*|\.\d+)$/.test(text)) return Number(text)
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text)) return Number(text.replaceAll(',', ''))
  if (/^(\d{1,3}(\.\d{3})+,\d+|\d+,\d{1,2})$/.test(text)) {
    return Number(text.replaceAll('.', '').replace(',', '.'))
  }
  return undefined
}

/** Four decimals, as the columns of money have. */
export function roundMoney(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
