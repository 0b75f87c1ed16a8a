import { expect, test } from 'vitest'
import { hashTerm } from '../../../text/hash-term.ts'
import { prepareColumns } from '../testing/prepare-columns.ts'

test('a level is 1 or −1 in the bucket of its hash, also one that training did not know; a missing one is nowhere', () => {
  const settings = { kind: 'hash', bucketCount: 4, seed: 7 } as const
  const { trained, apply } = prepareColumns(settings, { colour: ['red', 'blue', ''] })
  const placeOf = (level: string) => {
    const hash = hashTerm(level, 7)
    return { name: `colour#${(hash % 2 ** 31) % 4}`, sign: hash < 2 ** 31 ? 1 : -1 }
  }
  for (const [row, level] of ['red', 'blue'].entries()) {
    const { name, sign } = placeOf(level)
    expect(trained[name]?.[row]).toBe(sign)
  }
  expect(Object.values(trained).map((cells) => cells[2])).toEqual([0, 0, 0, 0])
  const later = apply({ colour: ['mauve'] })
  expect(later[placeOf('mauve').name]).toEqual([placeOf('mauve').sign])
  const filled = Object.values(trained).map((cells) => cells.filter((cell) => cell !== 0).length)
  expect(filled.reduce((sum, count) => sum + count, 0)).toBe(2)
})

test('over many levels buckets and signs are even, and shared buckets are told', () => {
  const colour = Array.from({ length: 4000 }, (_, row) => `level ${row}`)
  const { trained, lines } = prepareColumns({ kind: 'hash', bucketCount: 8 }, { colour })
  for (const cells of Object.values(trained)) {
    const filled = cells.map(Number).filter((cell) => cell !== 0)
    expect(Math.abs(filled.length - 500)).toBeLessThan(90)
    expect(Math.abs(filled.reduce((sum, cell) => sum + cell, 0))).toBeLessThan(90)
  }
  expect(lines[0]?.en).toBe("'colour': 4000 levels in 8 buckets; 4000 of them share one")
})
