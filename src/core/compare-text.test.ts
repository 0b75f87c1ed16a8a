import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareText } from './compare-text.ts'

test('texts are ordered as their bytes are', () => {
  const near = fc.string({
    unit: fc.constantFrom('a', 'b', '\0', 'é', '\ud7ff', '\ue000', '\uff0c', '\u{1f600}'),
  })
  fc.assert(
    fc.property(near, near, (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
    { numRuns: 1000 },
  )
})
