import type { Bilingual } from '../../../core/language.ts'
import { findBin, quantileEdges } from '../bin-edges.ts'
import { knownSorted } from '../column-moments.ts'
import { type Column, type ColumnTable, numberColumn } from '../column-table.ts'
import { formatFigure } from '../figure.ts'
import {
  checkWhole,
  columnOf,
  type FittedStep,
  type Replacement,
  type StepTraining,
  takeColumns,
  tell,
} from './fitted-step.ts'

/** Numbers become one of a few bins of about equally many training rows. */
export type BinSettings = {
  readonly kind: 'bins'
  /** All number columns when left out. */
  readonly columns?: readonly string[]
  /** 10 by default; fewer where values repeat. */
  readonly binCount?: number
  /** A word (`5 … 20`) for one-hot and its like, which is the default, or the number of the bin, from 0. */
  readonly as?: 'label' | 'number'
}

export type BinStep = FittedStep<'bins'> & {
  readonly as: 'label' | 'number'
  /** A bin ends with its edge; the last one has none. A missing value stays missing. */
  readonly columns: readonly { readonly name: string; readonly edges: readonly number[] }[]
}

export function fitBins(
  { columns: names, binCount = 10, as = 'label' }: BinSettings,
  { table }: StepTraining,
): BinStep {
  checkWhole('bins.binCount', binCount, 2, 255)
  const columns = takeColumns(table, 'number', names).map(({ name, values }) => ({
    name,
    edges: [...quantileEdges(knownSorted(values), binCount)],
  }))
  const own = columns.map((each) => each.name)
  return { kind: 'bins', formatVersion: 1, columnsIn: own, columnsOut: own, as, columns }
}

export function applyBins({ as, columns }: BinStep, table: ColumnTable): Replacement {
  return new Map(
    columns.map(({ name, edges }): [string, Column[]] => {
      const { values } = columnOf(table, 'number', name)
      const sorted = Float64Array.from(edges)
      const bins = values.map((value) => (Number.isNaN(value) ? value : findBin(sorted, value)))
      if (as === 'number') return [name, [numberColumn(name, bins)]]
      const words = binWords(edges)
      return [name, [{ kind: 'label', name, values: Array.from(bins, (bin) => words[bin] ?? '') }]]
    }),
  )
}

export function describeBins({ columns }: BinStep): Bilingual[] {
  return columns.map(({ name, edges }) => {
    if (edges.length === 0) return tell(name, 'does not vary; one bin', '没有变化；只有一箱')
    const ends = edges.map(formatFigure).join(', ')
    return tell(
      name,
      `${edges.length + 1} bins, ending at ${ends}`,
      `共 ${edges.length + 1} 箱，分界为 ${ends}`,
    )
  })
}

/** The bounds of each bin, told in full so that no two bins have one word. */
function binWords(edges: readonly number[]): string[] {
  if (edges.length === 0) return ['any']
  return [
    `≤ ${edges[0]}`,
    ...edges.slice(1).map((edge, place) => `${edges[place]} … ${edge}`),
    `> ${edges.at(-1)}`,
  ]
}
