import type { Bilingual } from '../../core/language.ts'

/** A column that was left out, with the number that decided. */
export type DroppedColumn = { readonly name: string; readonly figure: number; readonly reason: Bilingual }

/** What a way of choosing columns keeps, in the order they came, and why it left out the others. Plain data. */
export type ColumnSelection = { readonly kept: readonly string[]; readonly dropped: readonly DroppedColumn[] }

/** Selection by names, in the order of the columns. */
export function toSelection(names: readonly string[], dropped: readonly DroppedColumn[]): ColumnSelection {
  const left = new Map(dropped.map((each) => [each.name, each]))
  return {
    kept: names.filter((name) => !left.has(name)),
    dropped: names.flatMap((name) => left.get(name) ?? []),
  }
}
