import fc from 'fast-check'

const wholeNumbers = fc.oneof(
  fc.integer({ min: -200, max: 400 }),
  fc.integer({ min: -70_000, max: 70_000 }),
  fc.maxSafeInteger(),
)
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme-ascii', minLength: 25, maxLength: 300, size: 'max' }),
  fc.constantFrom('', '__proto__', 'constructor', 'toJSON', '画'.repeat(11), '\u{1f600}'),
)

/** Whatever the state of a record may be, of every size of number, text and list that is written in a way of its own. */
export const plainData = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    wholeNumbers,
    fc.double(),
    texts,
    fc.uint8Array({ maxLength: 400, size: 'max' }),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(texts, tie('value'), { maxKeys: 20 }),
  ),
})).value
