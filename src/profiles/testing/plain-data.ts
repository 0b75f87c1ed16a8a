import fc from 'fast-check'
import type { PackedState } from '../../features/live-state.ts'

/** Numbers of every size, those that are not finite, too; −0 is no other number than 0. */
const numbers = fc
  .oneof(fc.integer(), fc.maxSafeInteger(), fc.double())
  .map((number) => (number === 0 ? 0 : number))

/** Whatever a state may be. */
export const plainData: fc.Arbitrary<PackedState> = fc.letrec<{ value: PackedState }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    numbers,
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 20 }),
  ),
})).value
