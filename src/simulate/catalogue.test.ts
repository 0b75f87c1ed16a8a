import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { buildCatalogue, departments, describeItem, leaves } from './catalogue.ts'
import { tasteGroups } from './taste-groups.ts'

const window = { startMs: 0, endMs: 400 * 86_400_000 }
const items = buildCatalogue(5000, window, createRandom(1))

test('no two of five thousand items have the same name in either language', () => {
  expect(new Set(items.map((item) => item.name.en)).size).toBe(5000)
  expect(new Set(items.map((item) => item.name.zh)).size).toBe(5000)
})

test('every narrow category has the words that names are combined from', () => {
  for (const { words, departmentIndex } of leaves) {
    expect([words.nouns.length, words.styles.length, words.features.length, words.uses.length]).toEqual([
      6, 5, 5, 3,
    ])
    expect(departments[departmentIndex]?.brands).toHaveLength(4)
    expect(leaves.some((leaf) => leaf.name.en === words.goesWith)).toBe(true)
  }
})

test('Chinese texts are Chinese and English texts are English', () => {
  for (const item of items) {
    expect(item.name.zh).toMatch(/\p{Script=Han}/u)
    expect(item.name.en).not.toMatch(/\p{Script=Han}/u)
    expect(item.description?.zh ?? '。').toMatch(/。$/)
    expect(item.description?.en ?? '').not.toMatch(/\p{Script=Han}|undefined/u)
  }
})

test('one item in fifty lacks its description and one in a hundred its price', () => {
  const lines = items.map(describeItem)
  expect(lines.filter((line) => !('description' in line))).toHaveLength(100)
  expect(lines.filter((line) => !('price' in line))).toHaveLength(50)
})

test('prices rise with their band', () => {
  const means = [0, 1, 2, 3].map((band) => {
    const logs = items.filter((item) => item.priceBand === band).map((item) => Math.log(item.price))
    return logs.reduce((sum, log) => sum + log, 0) / logs.length
  })
  expect(means).toEqual(means.toSorted((a, b) => a - b))
  expect(items.every((item) => item.price > 0 && Number.isFinite(item.price))).toBe(true)
})

test('the tastes of a group are shares of the broad categories', () => {
  for (const group of tasteGroups) {
    expect(group.departmentShares).toHaveLength(departments.length)
    expect(group.departmentShares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
  }
  expect(tasteGroups.reduce((sum, group) => sum + group.share, 0)).toBeCloseTo(1, 9)
})
