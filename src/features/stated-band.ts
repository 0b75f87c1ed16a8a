/**
 * Where a stated band begins, so that bands of a scale stand in their order: `25-34` and `25` are 25, `50-74K` is 50, `65+` is
 * 65, `Under 15K` is half of 15. NaN without a number.
 */
export function readBandStart(text: string): number {
  const [digits] = /\d+(?:[.,]\d+)*/.exec(text) ?? []
  if (digits === undefined) return Number.NaN
  const number = Number(digits.replaceAll(',', ''))
  return /^\s*(?:<|≤|under|below|less|up to|不足|低于|少于)|以下/i.test(text) ? number / 2 : number
}
