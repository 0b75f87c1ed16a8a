import fc from 'fast-check'
import { expect, test } from 'vitest'
import { currentTraits, mergeTraits, type TraitFact } from './trait-facts.ts'

const traitFact: fc.Arbitrary<TraitFact> = fc.record({
  name: fc.constantFrom('city', 'tier', '城市', '\u{1f600}'),
  value: fc.constantFrom('', 'York', 'Leeds'),
  source: fc.constantFrom('web', 'till'),
  purpose: fc.constantFrom('', 'service'),
  atMs: fc.nat(4),
  isOfUser: fc.boolean(),
  id: fc.constantFrom('ann', 'd1'),
})
const facts = fc.array(traitFact, { maxLength: 12 })

test('the order in which statements arrive, and how often, does not matter', () => {
  const shuffled = facts.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })),
  )
  fc.assert(
    fc.property(shuffled, fc.nat(24), ([inOrder, another], cut) => {
      const parts = mergeTraits(mergeTraits([], another.slice(cut)), another.slice(0, cut))
      expect(parts).toEqual(mergeTraits([], inOrder))
    }),
  )
})

test('merging is associative, so that profiles can be merged in any order', () => {
  fc.assert(
    fc.property(facts, facts, facts, (a, b, c) => {
      const [one, two, three] = [mergeTraits([], a), mergeTraits([], b), mergeTraits([], c)]
      expect(mergeTraits(mergeTraits(one, two), three)).toEqual(mergeTraits(one, mergeTraits(three, two)))
    }),
  )
})

test("of each name and source the latest counts, of one moment the user's", () => {
  const said = { name: 'city', source: 'web', purpose: '', atMs: 5, isOfUser: false, id: 'd1' }
  const merged = mergeTraits(
    [{ ...said, value: 'York' }],
    [
      { ...said, value: 'Leeds', atMs: 4, isOfUser: true },
      { ...said, value: 'Bath', isOfUser: true },
      { ...said, value: 'Ely', source: 'till', atMs: 1 },
    ],
  )
  expect(currentTraits(merged).map(({ source, value }) => [source, value])).toEqual([
    ['till', 'Ely'],
    ['web', 'Bath'],
  ])
})

test('what is dated ahead does not hide what holds until then', () => {
  const said = { name: 'city', source: 'web', purpose: '', isOfUser: false }
  const facts = mergeTraits(
    [{ ...said, id: 'd1', value: 'York', atMs: 5 }],
    [{ ...said, id: 'd2', value: 'Leeds', atMs: 9 }],
  )
  expect(currentTraits(facts, 8).map(({ value }) => value)).toEqual(['York'])
  expect(currentTraits(facts, 9).map(({ value }) => value)).toEqual(['Leeds'])
})

test('a fact taken back stays taken back when an older statement comes late', () => {
  const said = { name: 'city', source: 'web', purpose: '', isOfUser: true, id: 'ann' }
  const takenBack = mergeTraits([], [{ ...said, value: '', atMs: 5 }])
  expect(currentTraits(mergeTraits(takenBack, [{ ...said, value: 'York', atMs: 4 }]))).toEqual([])
  const saidAgain = { ...said, value: 'York', atMs: 6 }
  expect(currentTraits(mergeTraits(takenBack, [saidAgain]))).toEqual([saidAgain])
})
