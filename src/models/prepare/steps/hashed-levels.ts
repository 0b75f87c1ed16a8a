import type { Bilingual } from '../../../core/language.ts'
import { hashTerm } from '../../../text/hash-term.ts'
import { type Column, type ColumnTable, numberColumn } from '../column-table.ts'
import { formatCount } from '../figure.ts'
import {
  checkWhole,
  columnOf,
  type FittedStep,
  type Replacement,
  type StepTraining,
  takeColumns,
  tell,
} from './fitted-step.ts'

/**
 * A label becomes 1 or −1 in one of a few buckets, both chosen by its hash, so that any number of levels, also those still to
 * come, has a place and levels that share one cancel out on average.
 * Source: Weinberger et al. (2009), "Feature hashing for large scale multitask learning", §2.
 */
export type HashSettings = {
  readonly kind: 'hash'
  /** All label columns when left out. */
  readonly columns?: readonly string[]
  /** 16 by default. */
  readonly bucketCount?: number
  readonly seed?: number
}

export type HashStep = FittedStep<'hash'> & {
  readonly bucketCount: number
  readonly seed: number
  /** How many levels training had, and how many of them share their bucket with another. */
  readonly columns: readonly {
    readonly name: string
    readonly levelCount: number
    readonly sharingCount: number
  }[]
}

export function fitHash(
  { columns: names, bucketCount = 16, seed = 0x5eed }: HashSettings,
  { table }: StepTraining,
): HashStep {
  checkWhole('hash.bucketCount', bucketCount, 1, 65_536)
  checkWhole('hash.seed', seed, 0, 2 ** 31 - 1)
  const columns = takeColumns(table, 'label', names).map(({ name, values }) => {
    const levels = new Set(values.filter((value) => value !== ''))
    const perBucket = new Map<number, number>()
    for (const level of levels) {
      const { bucket } = placeOf(level, { bucketCount, seed })
      perBucket.set(bucket, (perBucket.get(bucket) ?? 0) + 1)
    }
    const sharing = [...perBucket.values()].filter((count) => count > 1)
    return { name, levelCount: levels.size, sharingCount: sharing.reduce((sum, count) => sum + count, 0) }
  })
  const columnsIn = columns.map((each) => each.name)
  return {
    kind: 'hash',
    formatVersion: 1,
    columnsIn,
    columnsOut: columnsIn.flatMap((name) => bucketNames(name, bucketCount)),
    bucketCount,
    seed,
    columns,
  }
}

/** A missing label is in no bucket. */
export function applyHash(step: HashStep, table: ColumnTable): Replacement {
  return new Map(
    step.columns.map(({ name }): [string, Column[]] => {
      const { values } = columnOf(table, 'label', name)
      const buckets = bucketNames(name, step.bucketCount).map((bucket) =>
        numberColumn(bucket, new Float64Array(values.length)),
      )
      const places = new Map([...new Set(values)].map((level) => [level, placeOf(level, step)]))
      for (const [row, level] of values.entries()) {
        const place = places.get(level)
        const column = place && buckets[place.bucket]
        if (level !== '' && place && column) column.values[row] = place.sign
      }
      return [name, buckets]
    }),
  )
}

export function describeHash({ columns, bucketCount }: HashStep): Bilingual[] {
  return columns.map(({ name, levelCount, sharingCount }) =>
    tell(
      name,
      `${formatCount(levelCount, 'level')} in ${formatCount(bucketCount, 'bucket')}; ${sharingCount} of them share one`,
      `${levelCount} 个取值分入 ${bucketCount} 个桶；其中 ${sharingCount} 个与其他取值同桶`,
    ),
  )
}

/** The sign comes from a bit that the bucket does not use. */
function placeOf(level: string, { bucketCount, seed }: Pick<HashStep, 'bucketCount' | 'seed'>) {
  const hash = hashTerm(level, seed)
  return { bucket: (hash & 0x7fffffff) % bucketCount, sign: hash >>> 31 === 0 ? 1 : -1 }
}

function bucketNames(name: string, bucketCount: number): string[] {
  return Array.from({ length: bucketCount }, (_, bucket) => `${name}#${bucket}`)
}
