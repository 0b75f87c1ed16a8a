import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from '../../../core/errors.ts'
import { readCursor, writeCursor } from './timeline-cursor.ts'

const places = fc.record({
  atMs: fc.integer({ min: -2_208_988_800_000, max: 9_214_646_400_000 }),
  eventId: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }),
  lineIndex: fc.nat(5000),
})

test('a cursor leads back to its place, and is written in letters that addresses take', () => {
  fc.assert(
    fc.property(places, (place) => {
      const cursor = writeCursor(place)
      expect(cursor).toMatch(/^[\w-]+$/)
      expect(readCursor(cursor)).toEqual(place)
    }),
  )
})

test('whatever else is given is refused with what to do', () => {
  const changed = places.chain((place) => {
    const cursor = writeCursor(place)
    return fc
      .record({ at: fc.nat(cursor.length - 1), letter: fc.constantFrom('A', 'z', '_', '') })
      .map(({ at, letter }) => `${cursor.slice(0, at)}${letter}${cursor.slice(at + 1)}`)
      .filter((text) => Buffer.from(text, 'base64url').compare(Buffer.from(cursor, 'base64url')) !== 0)
  })
  fc.assert(
    fc.property(fc.oneof(changed, fc.string({ unit: 'binary' }), fc.base64String()), (text) => {
      try {
        readCursor(text)
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
        expect(error).toMatchObject({ code: 'bad_input', where: 'query/before' })
        return
      }
      throw new Error(`${text} was taken`)
    }),
    { numRuns: 500 },
  )
})
