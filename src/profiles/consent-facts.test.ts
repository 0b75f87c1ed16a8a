import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ConsentFact, mergeConsents, readConsents } from './consent-facts.ts'

const consent: fc.Arbitrary<ConsentFact> = fc.record({
  category: fc.constantFrom('Advertising', 'Analytics', '广告'),
  isGranted: fc.boolean(),
  atMs: fc.nat(3),
})
const propertiesOf = (categoryPreferences: unknown) =>
  JSON.stringify({ context: { consent: { categoryPreferences } } })

test('the order in which consents arrive, and how often, does not matter', () => {
  const shuffled = fc
    .array(consent, { maxLength: 10 })
    .chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })),
    )
  fc.assert(
    fc.property(shuffled, fc.nat(20), ([inOrder, another], cut) => {
      const parts = mergeConsents(
        mergeConsents([], another.slice(cut)),
        mergeConsents([], another.slice(0, cut)),
      )
      expect(parts).toEqual(mergeConsents([], inOrder))
    }),
  )
})

test('the latest word of a category counts, of one moment the refusal', () => {
  const granted = { category: 'Advertising', isGranted: true, atMs: 5 }
  const refused = { ...granted, isGranted: false }
  expect(mergeConsents([granted], [refused])).toEqual([refused])
  expect(mergeConsents([refused], [granted])).toEqual([refused])
  expect(mergeConsents([refused], [{ ...granted, atMs: 6 }])).toEqual([{ ...granted, atMs: 6 }])
})

test('a consent line tells each category that is true or false', () => {
  const properties = propertiesOf({ Analytics: false, Advertising: true, Other: 'true', More: 1, None: null })
  expect(readConsents(properties, 7)).toEqual([
    { category: 'Advertising', isGranted: true, atMs: 7 },
    { category: 'Analytics', isGranted: false, atMs: 7 },
  ])
})

test('a category may have any name', () => {
  expect(readConsents('{"context":{"consent":{"categoryPreferences":{"__proto__":true}}}}', 0)).toEqual([
    { category: '__proto__', isGranted: true, atMs: 0 },
  ])
})

test('properties that name no categories say nothing', () => {
  const others = ['', '{', '[]', 'null', '"text"', '{"context":[]}', propertiesOf([true]), propertiesOf(null)]
  for (const properties of others) expect(readConsents(properties, 0)).toEqual([])
})
