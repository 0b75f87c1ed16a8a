import Table from 'cli-table3'
import type { Language } from '../core/language.ts'

/** Chooses between two texts written on the spot. */
export function pick(language: Language): (en: string, zh: string) => string {
  return (en, zh) => (language === 'zh' ? zh : en)
}

/** Columns that a text takes on a terminal: Chinese characters and their punctuation take two. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += wide.test(character) ? 2 : 1
  return width
}

/** East Asian wide and full-width forms, as far as our texts hold them. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/

/** A table for a terminal, without frames; columns of numbers stand on the right, wide characters take two places. */
export function textTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const none = Object.fromEntries(
    [
      ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
      ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
    ].map((part) => [part, '']),
  )
  const table = new Table({
    head: [...titles],
    colAligns: titles.map((_, column) => (rows.every((row) => isFigure(row[column])) ? 'right' : 'left')),
    chars: { ...none, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  })
  table.push(...rows.map((row) => [...row]))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

function isFigure(cell: string | undefined): boolean {
  return cell === undefined || /^((?:[<>] )?[-\d.,]+( %)?|–)?$/.test(cell)
}

/** At most three digits behind the point, fewer for large numbers. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3
  return value.toLocaleString('en-US', { maximumFractionDigits: digits })
}

export function formatPercent(probability: number): string {
  // A rounded 0 or 100 % would claim a certainty that no model has.
  if (probability > 0 && probability < 0.0005) return '< 0.1 %'
  if (probability < 1 && probability >= 0.9995) return '> 99.9 %'
  return `${(probability * 100).toFixed(1)} %`
}

/** A whole number with its thousands apart. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}
