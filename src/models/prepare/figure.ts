/** A number for a sentence: three digits that count, whole numbers whole. */
export function formatFigure(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value)
  if (!Number.isFinite(value)) return '–'
  return String(Number(value.toPrecision(3)))
}

/** How many of what, in English: one of it has no s. */
export function formatCount(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

/** A share as a percentage; a share that is not whole is never told as 0 or 100 %. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.0005) return '< 0.1 %'
  if (share < 1 && share >= 0.9995) return '> 99.9 %'
  return `${(share * 100).toFixed(1)} %`
}
